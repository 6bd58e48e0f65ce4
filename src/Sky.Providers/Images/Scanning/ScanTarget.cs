using Sky.Core.Specs;

namespace Sky.Providers.Images.Scanning;

/// <summary>What is to be scanned.</summary>
/// <param name="Name">How the scanner finds it: a name in an engine or a registry.</param>
/// <param name="Task">What the service file says, a login for its registry perhaps.</param>
/// <param name="Pinned">Its bytes, where they are known; they are what the report is of.</param>
public sealed record ScanTarget(string Name, TaskSpec Task, string? Pinned = null);

namespace Sky.Controller.Api;

/// <summary>One image of a version.</summary>
/// <param name="Name">As the file names it, or name and tag of what was built.</param>
/// <param name="Pinned">Its bytes; null where they were not resolved.</param>
public sealed record VersionImageView(string Name, string? Pinned);

namespace Sky.Core.Specs;

/// <summary>A finding that was looked at and is lived with.</summary>
/// <param name="Id">Such as <c>CVE-2026-1234</c>; case does not matter.</param>
/// <param name="Until">The last day (UTC) on which it is; from the next on it counts again. Null: for ever.</param>
public sealed record IgnoredFinding(string Id, DateOnly? Until = null);

namespace Sky.Core.Traffic;

/// <summary>The version that gets copies of requests, whose answers are dropped.</summary>
/// <param name="Version">Its number; it has no weight.</param>
/// <param name="Percent">Of the requests that are copied, 1 to 100.</param>
public sealed record MirrorTarget(int Version, int Percent);

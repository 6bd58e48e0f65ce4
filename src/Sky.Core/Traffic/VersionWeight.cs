namespace Sky.Core.Traffic;

/// <summary>The share of one version.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Percent">Of the requests, 1 to 100; where the shares of those that can take requests make less than 100, in proportion.</param>
public readonly record struct VersionWeight(int Version, int Percent);

namespace Sky.Core.Keys;

/// <summary>What one gateway wants of a limit.</summary>
/// <param name="Wanted">As much as it could use now; what was refused lately counts too.</param>
/// <param name="Held">What it has in use and cannot give back now, such as requests in flight.</param>
public readonly record struct SliceDemand(long Wanted, long Held);

namespace Sky.Core.Specs;

/// <summary>How many requests the gateway holds while no replica is ready and one is on its way.</summary>
public sealed record HoldSpec
{
    public int MaxRequests { get; init; } = 1000;

    /// <summary>Bytes of held request bodies, by their declared length; 64 MiB by default.</summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>The longest a request is held.</summary>
    public double MaxSeconds { get; init; } = 600;

    /// <summary>How many each replica gets at once when it becomes ready; more follow as answers begin.</summary>
    public int ReleaseAtOnce { get; init => field = value > 0 ? value : 8; } = 8;
}

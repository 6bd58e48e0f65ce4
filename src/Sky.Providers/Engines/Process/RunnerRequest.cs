namespace Sky.Providers.Engines.Process;

/// <summary>What a runner is told; the content of <c>request.json</c>.</summary>
internal sealed record RunnerRequest
{
    /// <summary>Such as <c>hello-3</c>; names its control group.</summary>
    public required string Name { get; init; }

    /// <summary>Random; in the environment of all that the replica starts, so that it is found wherever it hides.</summary>
    public required string Token { get; init; }

    public required int Port { get; init; }

    public string? Setup { get; init; }

    public string? Run { get; init; }

    public string? WorkdirArchive { get; init; }

    /// <summary>All of the replica's environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Name of the control group of all replicas of this home.</summary>
    public required string Group { get; init; }

    /// <summary>Bytes; null for no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>In CPUs; null for no limit.</summary>
    public double? CpuLimit { get; init; }
}

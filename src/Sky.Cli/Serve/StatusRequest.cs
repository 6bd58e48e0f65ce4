namespace Sky.Cli.Serve;

/// <summary>What <c>sky serve status</c> was asked for.</summary>
internal sealed record StatusRequest
{
    /// <summary>Empty: all services.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    public bool Verbose { get; init; }

    public bool Json { get; init; }
}

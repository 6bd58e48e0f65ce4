namespace Sky.Cli.Serve;

/// <summary>What <c>sky serve down</c> was asked for.</summary>
internal sealed record DownRequest
{
    public required IReadOnlyList<NameGlob> Names { get; init; }

    public required bool All { get; init; }

    /// <summary>True: forget the service even when something of it may be left running.</summary>
    public required bool Purge { get; init; }

    /// <summary>True: requests in flight are cut.</summary>
    public required bool Now { get; init; }

    /// <summary>One replica instead of the service.</summary>
    public required int? Replica { get; init; }

    public required bool Yes { get; init; }

    public required bool Async { get; init; }

    /// <summary>Throws <see cref="CliException"/> when the parts do not go together.</summary>
    public void Check()
    {
        if (All && Names.Count > 0)
        {
            throw CliException.InputWrong("Can only specify one of SERVICE_NAMES or --all.");
        }

        if (Replica is not null && (All || Names is not [{ IsPattern: false }]))
        {
            throw CliException.InputWrong("--replica-id needs the exact name of one service and goes without --all.");
        }

        if (!All && Names.Count == 0)
        {
            throw CliException.InputWrong("Name the services to take down, or say --all.");
        }
    }
}

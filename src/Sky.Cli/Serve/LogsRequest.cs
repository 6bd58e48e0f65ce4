namespace Sky.Cli.Serve;

/// <summary>What <c>sky serve logs</c> was asked for.</summary>
internal sealed record LogsRequest
{
    public required string Name { get; init; }

    public required IReadOnlyList<int> Replicas { get; init; }

    public required bool Controller { get; init; }

    public required bool Gateway { get; init; }

    public required bool Follow { get; init; }

    /// <summary>Null: all that is kept.</summary>
    public required int? Tail { get; init; }

    public required bool SyncDown { get; init; }

    /// <summary>Throws <see cref="CliException"/> when the parts do not go together.</summary>
    public void Check()
    {
        if (Tail < 0)
        {
            throw CliException.InputWrong("--tail must be a non-negative integer.");
        }

        var targets = Replicas.Count + (Controller ? 1 : 0) + (Gateway ? 1 : 0);
        if (!SyncDown && targets == 0)
        {
            throw CliException.InputWrong("Specify a target to tail: --controller, --load-balancer, or a REPLICA_ID.");
        }

        if (!SyncDown && targets > 1)
        {
            throw CliException.InputWrong("Can only tail logs from one target at a time. Add --sync-down to save several.");
        }
    }
}

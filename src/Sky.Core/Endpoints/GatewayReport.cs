namespace Sky.Core.Endpoints;

/// <summary>
/// What a gateway tells the controller: once a second while anything happens, at once when a request finds a service without a replica,
/// and whole after each (re)connection. Idempotent: counts are by second and replace what this gateway said of that second before.
/// </summary>
public sealed record GatewayReport
{
    /// <summary>Random for each run of a gateway process.</summary>
    public required string Gateway { get; init; }

    /// <summary>
    /// Random for each home of a gateway, of which one run at a time serves: what a run held of limits is the next one's. Null: there is none to go by.
    /// </summary>
    public string? Home { get; init; }

    /// <summary>Where it listens, such as <c>https://127.0.0.1:30443</c>; null while it does not say (an older gateway, or one that is about to listen).</summary>
    public IReadOnlyList<string>? Listens { get; init; }

    /// <summary>What it cannot write, such as for a full disk, in one line for people; it serves all the same. Null when there is nothing.</summary>
    public string? Trouble { get; init; }

    public required IReadOnlyList<ServiceReport> Services { get; init; }

    /// <summary>The limits that this gateway makes use of, or whose slices are to be renewed. Each is answered with a slice.</summary>
    public IReadOnlyList<LimitReport>? Limits { get; init; }
}

namespace Sky.Bench.Cancelling;

/// <summary>What a request waits for when its client leaves.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Sent">What of the answer the replica has sent by then.</param>
/// <param name="Stream">It asks for a stream.</param>
internal sealed record CancelWindow(string Name, CancelSent Sent, bool Stream)
{
    public static readonly IReadOnlyList<CancelWindow> All =
    [
        new("queued", CancelSent.Nothing, true) { HasReplica = false },
        new("connecting", CancelSent.Nothing, true) { Connects = false },
        new("sending its body", CancelSent.Nothing, true) { Declared = 1_000_000 },
        new("before the headers", CancelSent.Nothing, true),
        new("before the first token", CancelSent.Headers, true),
        new("in the middle of a stream", CancelSent.Event, true),
        new("not streamed", CancelSent.Nothing, false),
    ];

    /// <summary>False: it is held.</summary>
    public bool HasReplica { get; init; } = true;

    /// <summary>False: no connection to the replica comes about.</summary>
    public bool Connects { get; init; } = true;

    /// <summary>Bytes that the body is said to have, of which a tenth comes; 0: it is whole.</summary>
    public int Declared { get; init; }

    public string Request(string host)
    {
        var body = $$"""{"model":"llm","stream":{{(Stream ? "true" : "false")}},"messages":[]}""";
        if (Declared > 0)
        {
            body = new string('x', Declared / 10);
        }

        var path = Declared > 0 ? "/services/llm/upload" : "/v1/chat/completions";
        return $"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {Math.Max(Declared, body.Length)}\r\n\r\n{body}";
    }
}

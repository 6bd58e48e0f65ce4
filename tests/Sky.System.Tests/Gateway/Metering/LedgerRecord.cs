namespace Sky.SystemTests.Gateway.Metering;

/// <summary>What both ends saw of one request.</summary>
internal sealed class LedgerRecord(LedgerPlan plan)
{
    private long _delivered;

    public LedgerPlan Plan => plan;

    /// <summary>The replica got it.</summary>
    public volatile bool Arrived;

    /// <summary>The answer that the replica made; null for none.</summary>
    public byte[]? Body { get; set; }

    /// <summary>Bytes of it that the replica handed to the connection, at most.</summary>
    public long Delivered
    {
        get => Volatile.Read(ref _delivered);
        set => Volatile.Write(ref _delivered, value);
    }

    /// <summary>What the client got.</summary>
    public string Received { get; set; } = "";

    /// <summary>The client got the answer to its end.</summary>
    public bool Whole { get; set; }

    public int Status { get; set; }

    public static int Events(ReadOnlySpan<byte> stream) => stream.Count("\n\n"u8);
}

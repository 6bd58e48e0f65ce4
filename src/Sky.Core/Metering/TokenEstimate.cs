namespace Sky.Core.Metering;

/// <summary>How many tokens there may be where no one says.</summary>
public static class TokenEstimate
{
    /// <summary>Bytes of text that a token has on average, over languages and tokenizers.</summary>
    private const int BytesOfToken = 4;

    /// <summary>Longer on average than this, an event carries more than one token.</summary>
    private const int MostBytesOfEvent = 16;

    /// <summary>Whether an event has more text than a token has.</summary>
    public static bool IsSeveral(long bytes) => bytes > MostBytesOfEvent;

    /// <summary>Of a text.</summary>
    public static long OfText(long bytes) => (bytes + BytesOfToken - 1) / BytesOfToken;

    /// <summary>Of a stream: servers send one event a token, unless the events are too long for that.</summary>
    /// <param name="events">Events with text.</param>
    /// <param name="bytes">The text of all of them.</param>
    public static long OfStream(long events, long bytes) => bytes > events * MostBytesOfEvent ? OfText(bytes) : events;
}

namespace Sky.Core.Metering;

/// <summary>The numbers of one usage object, as far as it names them.</summary>
public struct UsageFields
{
    /// <summary>No number of tokens is larger.</summary>
    public const long Most = 1_000_000_000_000;

    private long _cacheRead;
    private long _cacheWrite;
    private long? _cached;

    /// <summary>Null: it does not say.</summary>
    public long? Completion { get; private set; }

    private long? _prompt;

    /// <summary>Null: it does not say.</summary>
    public readonly long? Prompt => _prompt is { } tokens ? tokens + _cacheRead + _cacheWrite : null;

    public readonly long? Cached => _cached ?? (_prompt is null ? null : _cacheRead);

    public readonly bool Any => _prompt is not null || Completion is not null;

    /// <param name="key">The member.</param>
    /// <param name="tokens">Its number.</param>
    /// <param name="nested">It stands in an object within the usage, with the details of a number outside.</param>
    internal void Set(ReplyKey key, long tokens, bool nested)
    {
        switch (key)
        {
            case ReplyKey.Prompt when !nested:
                _prompt = tokens;
                break;
            case ReplyKey.Completion when !nested:
                Completion = tokens;
                break;
            case ReplyKey.CacheRead when !nested:
                _cacheRead = tokens;
                break;
            case ReplyKey.CacheWrite when !nested:
                _cacheWrite = tokens;
                break;
            case ReplyKey.Cached:
                _cached = tokens;
                break;
        }
    }
}

namespace Sky.Core.Metering;

/// <summary>The names of members that metering knows.</summary>
internal enum ReplyKey : byte
{
    Other,
    Usage,
    Choices,

    /// <summary>An object that wraps the reply in an event of it: <c>response</c>, <c>message</c>.</summary>
    Envelope,
    Type,
    Model,
    Delta,

    /// <summary>Its string is part of the answer.</summary>
    Text,
    Prompt,
    Completion,
    Cached,

    /// <summary>Prompt tokens, cached ones, that the prompt's number does not include.</summary>
    CacheRead,

    /// <summary>Prompt tokens, not cached ones, that the prompt's number does not include.</summary>
    CacheWrite,
}

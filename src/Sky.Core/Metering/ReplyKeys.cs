namespace Sky.Core.Metering;

/// <summary>Recognises names, in the shapes of chat and text completions, responses and messages.</summary>
internal static class ReplyKeys
{
    /// <summary>No longer name is known.</summary>
    public const int Longest = 27;

    public static ReplyKey Of(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("type"u8) => ReplyKey.Type,
        4 when name.SequenceEqual("text"u8) => ReplyKey.Text,
        5 when name.SequenceEqual("usage"u8) => ReplyKey.Usage,
        5 when name.SequenceEqual("delta"u8) => ReplyKey.Delta,
        5 when name.SequenceEqual("model"u8) => ReplyKey.Model,
        7 when name.SequenceEqual("choices"u8) => ReplyKey.Choices,
        7 when name.SequenceEqual("content"u8) => ReplyKey.Text,
        7 when name.SequenceEqual("message"u8) => ReplyKey.Envelope,
        7 when name.SequenceEqual("refusal"u8) => ReplyKey.Text,
        8 when name.SequenceEqual("response"u8) => ReplyKey.Envelope,
        8 when name.SequenceEqual("thinking"u8) => ReplyKey.Text,
        9 when name.SequenceEqual("arguments"u8) => ReplyKey.Text,
        9 when name.SequenceEqual("reasoning"u8) => ReplyKey.Text,
        12 when name.SequenceEqual("input_tokens"u8) => ReplyKey.Prompt,
        12 when name.SequenceEqual("partial_json"u8) => ReplyKey.Text,
        13 when name.SequenceEqual("prompt_tokens"u8) => ReplyKey.Prompt,
        13 when name.SequenceEqual("output_tokens"u8) => ReplyKey.Completion,
        13 when name.SequenceEqual("cached_tokens"u8) => ReplyKey.Cached,
        17 when name.SequenceEqual("completion_tokens"u8) => ReplyKey.Completion,
        17 when name.SequenceEqual("reasoning_content"u8) => ReplyKey.Text,
        23 when name.SequenceEqual("cache_read_input_tokens"u8) => ReplyKey.CacheRead,
        27 when name.SequenceEqual("cache_creation_input_tokens"u8) => ReplyKey.CacheWrite,
        _ => ReplyKey.Other,
    };
}

using System.Text.Json.Serialization;

namespace Sky.Core.Metering;

/// <summary>Tokens of one request.</summary>
/// <param name="Prompt">Of the prompt, those that a cache held included.</param>
/// <param name="Cached">The part of <paramref name="Prompt"/> that the replica's cache held.</param>
/// <param name="Completion">Of the answer.</param>
public readonly record struct TokenUsage(long Prompt, long Cached, long Completion)
{
    [JsonIgnore]
    public long Total => Prompt + Completion;
}

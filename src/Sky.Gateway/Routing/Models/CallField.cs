namespace Sky.Gateway.Routing.Models;

/// <summary>The fields of a body that the gateway acts on.</summary>
internal enum CallField
{
    None,
    Model,
    Stream,
    StreamOptions,
    MaxTokens,
    MaxCompletionTokens,
    MaxOutputTokens,
    Choices,
    PreviousResponse,
    User,
    Messages,
    Prompt,
    Input,
}

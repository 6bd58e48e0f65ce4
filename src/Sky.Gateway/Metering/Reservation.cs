using Sky.Core.Metering;
using Sky.Gateway.Routing.Models;

namespace Sky.Gateway.Metering;

/// <summary>What a request may use at most, as far as it says, before it is sent.</summary>
internal static class Reservation
{
    /// <summary>For an answer whose length the request does not limit.</summary>
    public const int UnlimitedAnswer = 1024;

    public static TokenUsage Of(ModelCall call) => new(call.PromptTokens, 0, Generates(call.Kind) ? (long)(call.MaxTokens ?? UnlimitedAnswer) * call.Choices : 0);

    private static bool Generates(ModelCallKind kind) =>
        kind is ModelCallKind.Chat or ModelCallKind.Completions or ModelCallKind.Responses or ModelCallKind.Messages;
}

using Sky.Gateway.Ingress;
using Sky.Gateway.Routing.Models;

namespace Sky.Gateway.Admission.Limits;

/// <summary>What a request may use, as far as it says, before it is sent.</summary>
/// <param name="Prompt">Tokens of the prompt.</param>
/// <param name="Answer">Tokens of the answer, at most.</param>
/// <param name="Cost">US dollars, at most.</param>
internal readonly record struct TokenReserve(long Prompt, long Answer, decimal Cost)
{
    /// <summary>For an answer whose length the request does not limit.</summary>
    public const int UnlimitedAnswer = 1024;

    private const decimal PerTokens = 1_000_000;

    public long Tokens => Prompt + Answer;

    /// <summary>What the fair sharing counts: making a token takes a replica about twice as long as reading one.</summary>
    public long Work => Prompt + (2 * Answer);

    public static TokenReserve Of(GatewayRequest request)
    {
        if (request.Call is not { } call)
        {
            return default;
        }

        var answer = Generates(call.Kind) ? (long)(call.MaxTokens ?? UnlimitedAnswer) * call.Choices : 0;
        var prices = request.Route.Service.Snapshot().Endpoints?.Prices;
        return new TokenReserve(
            call.PromptTokens, answer, prices is null ? 0 : ((call.PromptTokens * prices.Input) + (answer * prices.Output)) / PerTokens);
    }

    private static bool Generates(ModelCallKind kind) =>
        kind is ModelCallKind.Chat or ModelCallKind.Completions or ModelCallKind.Responses or ModelCallKind.Messages;
}

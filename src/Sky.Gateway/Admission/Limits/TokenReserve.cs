using Sky.Core.Metering;
using Sky.Gateway.Ingress;
using Sky.Gateway.Metering;

namespace Sky.Gateway.Admission.Limits;

/// <summary>What a request may use, as far as it says, before it is sent.</summary>
/// <param name="Prompt">Tokens of the prompt.</param>
/// <param name="Answer">Tokens of the answer, at most.</param>
/// <param name="Cost">By the service's prices, at most.</param>
internal readonly record struct TokenReserve(long Prompt, long Answer, decimal Cost)
{
    public long Tokens => Prompt + Answer;

    /// <summary>What the fair sharing counts: making a token takes a replica about twice as long as reading one.</summary>
    public long Work => Prompt + (2 * Answer);

    public static TokenReserve Of(GatewayRequest request)
    {
        if (request.Call is not { } call)
        {
            return default;
        }

        var reserved = Reservation.Of(call);
        return new TokenReserve(reserved.Prompt, reserved.Completion, TokenCost.Of(reserved, request.Route.Service.Snapshot().Endpoints?.Prices));
    }
}

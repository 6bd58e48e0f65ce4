using Sky.Gateway.Ingress;

namespace Sky.Gateway.Admission.Limits;

/// <summary>The limits of a request's key and service: all of them have room for it, or it goes no further and has taken nothing.</summary>
internal sealed class LimitGate(TimeProvider time)
{
    /// <summary>True: the request has reached a limit, and has its answer. Else it has a ticket where anything limits it.</summary>
    public ValueTask<bool> RefuseAsync(GatewayRequest request)
    {
        var refusal = Enter(request);
        return refusal.Kind is LimitKind.None ? ValueTask.FromResult(false) : AnswerAsync(request, refusal);
    }

    private async ValueTask<bool> AnswerAsync(GatewayRequest request, LimitRefusal refusal)
    {
        request.Telemetry.LimitReached(request.Route.Service, refusal);
        await LimitAnswers.RefuseAsync(request, refusal, time.GetUtcNow());
        return true;
    }

    private static LimitRefusal Enter(GatewayRequest request)
    {
        var key = request.Caller.Allowance;
        var service = request.Route.Service.Limits.Slice.IsUnlimited ? null : request.Route.Service.Limits;
        if (key is null && service is null)
        {
            return LimitRefusal.None;
        }

        var reserve = TokenReserve.Of(request);
        var refusal = key?.TryTake(reserve, ofService: false) ?? LimitRefusal.None;
        if (refusal.Kind is LimitKind.None && service is not null)
        {
            refusal = service.TryTake(reserve, ofService: true);
            if (refusal.Kind is not LimitKind.None && key is not null)
            {
                key.GiveBack(reserve);
                key.Leave();
            }
        }

        if (refusal.Kind is LimitKind.None)
        {
            request.Ticket = new LimitTicket(key, service, reserve);
        }

        return refusal;
    }
}

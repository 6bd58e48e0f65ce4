using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Ingress;

namespace Sky.Gateway.Admission;

/// <summary>What a client is told when its request got no replica.</summary>
internal static class Refusals
{
    /// <summary>The sentence that SkyServe's users and their scripts know.</summary>
    private const string NoReplicas = "No ready replicas. Use \"sky serve status [SERVICE_NAME]\" to check the replica status.";

    private const double HopelessSeconds = 30;
    private const double UnknownSeconds = 5;

    public static Task AnswerAsync(HttpContext context, ServiceState service, Refusal refusal)
    {
        if (refusal is Refusal.ClientGone or Refusal.None)
        {
            return Task.CompletedTask;
        }

        if (refusal is Refusal.ServiceGone)
        {
            return ErrorAnswer.WriteAsync(context, StatusCodes.Status404NotFound, $"The service '{service.Name}' was taken down.", "service_not_found");
        }

        context.Response.Headers.RetryAfter = RetryAfter(service, refusal);
        if (refusal is Refusal.Hopeless && Reason(service) is not null)
        {
            // Nothing changes by itself: what repeats by itself would only make its user wait longer.
            context.Response.Headers[ErrorAnswer.ShouldRetry] = "false";
        }

        return ErrorAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, Message(service, refusal), Code(refusal));
    }

    private static string RetryAfter(ServiceState service, Refusal refusal)
    {
        var seconds = refusal switch
        {
            Refusal.Stopping => 1,
            Refusal.Hopeless => HopelessSeconds,
            Refusal.HoldFull or Refusal.Shed when service.Held.ExpectedWaitSeconds is { } expected => expected,
            _ => service.Snapshot().Endpoints?.ExpectedReadySeconds ?? UnknownSeconds,
        };
        return Math.Clamp((int)Math.Ceiling(seconds), 1, 3600).ToString(CultureInfo.InvariantCulture);
    }

    private static string Message(ServiceState service, Refusal refusal) => refusal switch
    {
        Refusal.HoldFull or Refusal.Shed when service.Snapshot().Usable.Length > 0 => "The service is overloaded: as many requests as may wait are waiting.",
        Refusal.Shed => $"{NoReplicas} Requests of a higher priority took the place of this one.",
        Refusal.HoldFull => $"{NoReplicas} As many requests as may wait for one are waiting.",
        Refusal.HeldTooLong => $"{NoReplicas} None became ready while this request waited.",
        Refusal.Stopping => $"{NoReplicas} The gateway is restarting.",
        Refusal.Hopeless when Reason(service) is { } reason => $"{NoReplicas} {reason}",
        _ => NoReplicas,
    };

    private static string? Reason(ServiceState service) => service.Snapshot().Endpoints?.NoReplicaReason;

    private static string Code(Refusal refusal) => refusal switch
    {
        Refusal.HoldFull => "queue_full",
        Refusal.Shed => "shed",
        Refusal.HeldTooLong => "wait_timeout",
        Refusal.Stopping => "gateway_stopping",
        _ => "no_ready_replicas",
    };
}

using Microsoft.Extensions.Logging;
using Sky.Core.Services;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Forwarding;

/// <summary>What forwarding says: never a header, a body, a path or a query.</summary>
internal sealed partial class ForwardLog(ILogger<ForwardLog> logger)
{
    public void Ended(ServiceState service, ReplicaTracker replica, ForwardOutcome outcome, int attempt)
    {
        if (outcome is not (ForwardOutcome.Completed or ForwardOutcome.ClientGone or ForwardOutcome.BadRequest))
        {
            AttemptFailed(logger, service.Name, replica.Id, outcome, attempt);
        }
    }

    public void Suspected(ServiceState service, ReplicaTracker replica) => OutOfRotation(logger, service.Name, replica.Id, replica.Prefix);

    public void Ejected(ServiceState service, ReplicaTracker replica) => LeftOut(logger, service.Name, replica.Id);

    [LoggerMessage(4004, LogLevel.Warning, "{Service}: replica {Replica} is ejected: it failed too often in a row")]
    private static partial void LeftOut(ILogger logger, ServiceName service, ReplicaId replica);

    [LoggerMessage(4001, LogLevel.Warning, "{Service}: replica {Replica}: attempt {Attempt} ended: {Outcome}")]
    private static partial void AttemptFailed(ILogger logger, ServiceName service, ReplicaId replica, ForwardOutcome outcome, int attempt);

    [LoggerMessage(4002, LogLevel.Warning, "{Service}: replica {Replica} at {Address} is out of rotation: a connection to it failed")]
    private static partial void OutOfRotation(ILogger logger, ServiceName service, ReplicaId replica, string address);
}

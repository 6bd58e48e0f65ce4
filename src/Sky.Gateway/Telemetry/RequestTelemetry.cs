using Sky.Core.Metering;
using Sky.Gateway.Admission.Limits;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Telemetry.Metrics;
using Sky.Gateway.Telemetry.Tracing;

namespace Sky.Gateway.Telemetry;

/// <summary>
/// What the stages tell of one request, for metrics, traces and the access log: a line where it happens, and nothing more. Belongs to the
/// request; after <see cref="TelemetryStage.End"/> to the access log, so that it holds nothing of the connection and nothing secret.
/// </summary>
internal sealed class RequestTelemetry
{
    private const long Never = -1;
    private GatewayMetrics? _metrics;
    private RequestTrace? _trace;
    private TimeProvider _time = TimeProvider.System;
    private long _began = Never;
    private long _held = Never;
    private long _got = Never;
    private long _sent = Never;
    private long _first = Never;
    private long _ended = Never;

    public string Method { get; set; } = "";

    public bool IsTls { get; set; }

    /// <summary>Path and query as they were sent; the query is never written.</summary>
    public string Target { get; set; } = "";

    /// <summary>The client's, or one made for it.</summary>
    public string RequestId { get; set; } = "";

    public DateTimeOffset Time { get; set; }

    public ServiceState? Service { get; set; }

    /// <summary>Of the last replica; 0 for none.</summary>
    public int Version { get; private set; }

    /// <summary>The last one; 0 for none.</summary>
    public int Replica { get; private set; }

    /// <summary>Requests that were sent to replicas for it.</summary>
    public int Attempts { get; private set; }

    /// <summary>What is asked of a model; null where no model is known to be asked.</summary>
    public string? Operation { get; set; }

    /// <summary>The model as the client asked for it.</summary>
    public string? Model { get; set; }

    /// <summary>The same where the service is known to serve it: only then it may become a label.</summary>
    public string? KnownModel { get; set; }

    /// <summary>The model as the answer calls it; null where it does not say.</summary>
    public string? ResponseModel { get; private set; }

    public bool IsStream { get; set; }

    /// <summary>Of the key; null for none.</summary>
    public string? KeyId { get; set; }

    public int Status { get; set; }

    /// <summary>A word of <see cref="RequestOutcome"/>.</summary>
    public string Outcome { get; set; } = RequestOutcome.Ok;

    /// <summary>The code of the gateway's error, the status of a replica's, or how the last attempt ended; null when nothing went wrong.</summary>
    public string? Error { get; set; }

    /// <summary>Tokens and cost; null where nothing is counted.</summary>
    public Settlement? Settlement { get; private set; }

    /// <summary>How the last attempt ended; null before the first one did.</summary>
    public ForwardOutcome? LastAttempt { get; private set; }

    /// <summary>Bytes of the body as far as it was announced; null where that is not known.</summary>
    public long? BytesIn { get; set; }

    /// <summary>Bytes of the replica's answer, without its head.</summary>
    public long BytesOut { get; private set; }

    /// <summary>How long it was held; null for one that was not.</summary>
    public TimeSpan? Wait => _held == Never || _got == Never ? null : _time.GetElapsedTime(_held, _got);

    /// <summary>From the start to the first sending to a replica; null when nothing was sent.</summary>
    public TimeSpan? UntilSent => Since(_sent);

    /// <summary>From the start to the first of the answer's body, or its end where it is empty; null when none came.</summary>
    public TimeSpan? FirstByte => Since(_first);

    /// <summary>From the start until now.</summary>
    public TimeSpan SoFar => _began == Never ? TimeSpan.Zero : _time.GetElapsedTime(_began);

    public TimeSpan Total => Since(_ended) ?? TimeSpan.Zero;

    /// <summary>What <c>traceparent</c> says to the replica of the present attempt; null: what the client said.</summary>
    public string? TraceParent => _trace?.Parent;

    public void Begin(GatewayMetrics metrics, RequestTrace? trace, TimeProvider time) =>
        (_metrics, _trace, _time, Time, _began) = (metrics, trace, time, time.GetUtcNow(), time.GetTimestamp());

    /// <summary>No replica has room: it waits.</summary>
    public void Held()
    {
        if (_held == Never)
        {
            _held = _time.GetTimestamp();
        }
    }

    /// <summary>It got a replica.</summary>
    /// <param name="service">Whose.</param>
    /// <param name="reason">A word of <see cref="DecisionReason"/>; null: at once, or after a wait.</param>
    public void Got(ServiceState service, string? reason = null)
    {
        LeftQueue(service);
        service.Work.Began();
        _metrics?.Decided(service, reason ?? (_held == Never ? DecisionReason.Pick : DecisionReason.Released));
    }

    /// <summary>It got none.</summary>
    public void GotNone(ServiceState service)
    {
        if (_held != Never && _got == Never)
        {
            service.Work.Began();
        }

        LeftQueue(service);
    }

    public void LimitReached(ServiceState service, in LimitRefusal refusal) => _metrics?.LimitReached(service, refusal);

    public void Reserved(ServiceState service, bool journaled) => _metrics?.Reserved(service, journaled);

    /// <summary>What its replica said of its tokens cannot be.</summary>
    public void Disbelieved(ServiceState service) => _metrics?.Disbelieved(service);

    public void Settled(ServiceState service, Settlement settlement)
    {
        Settlement = settlement;
        _metrics?.Settled(service, settlement.Kind, settlement.Usage);
    }

    /// <summary>The answer names its model, as it stands in JSON; empty: it does not.</summary>
    public void Answered(ReadOnlySpan<byte> model) => ResponseModel = model.IsEmpty ? null : _metrics?.NameOf(model);

    /// <summary>An attempt begins.</summary>
    public void Sending(ReplicaTracker replica)
    {
        (Version, Replica) = (replica.Version, replica.Id.Value);
        Attempts++;
        if (_sent == Never)
        {
            _sent = _time.GetTimestamp();
        }

        _trace?.Sending(replica, Attempts - 1);
    }

    /// <summary>A piece of the answer's body is there; an empty one: so far only that something is, or its end.</summary>
    public void Read(int bytes)
    {
        BytesOut += bytes;
        if (_first == Never)
        {
            _first = _time.GetTimestamp();
        }
    }

    /// <param name="outcome">How.</param>
    /// <param name="status">The replica's; 0 where it sent none.</param>
    public void AttemptEnded(ForwardOutcome outcome, int status)
    {
        LastAttempt = outcome;
        _trace?.AttemptEnded(outcome, status);
    }

    /// <summary>It goes to another replica, because the attempt before ended so.</summary>
    public void Retrying(ServiceState service, ForwardOutcome outcome)
    {
        LeftQueue(service);
        _metrics?.Retried(service, outcome);
        _metrics?.Decided(service, DecisionReason.Retry);
    }

    /// <summary>A second replica is asked for the same.</summary>
    public void Hedged(ServiceState service) => _metrics?.Decided(service, DecisionReason.Hedge);

    /// <summary>The retry budget allows no further attempt.</summary>
    public void RetryRefused(ServiceState service) => _metrics?.RetryRefused(service);

    /// <summary>Its replica was taken out of rotation.</summary>
    public void Ejected(ServiceState service, string reason) => _metrics?.Ejected(service, reason);

    /// <summary>It is over; what is to be known of it is told next.</summary>
    public void Ended() => _ended = _time.GetTimestamp();

    /// <summary>All is known: the trace ends, and nothing of the request itself is held any longer.</summary>
    public void Close()
    {
        _trace?.End(this);
        (_trace, _metrics) = (null, null);
    }

    private void LeftQueue(ServiceState service)
    {
        if (_held != Never && _got == Never)
        {
            _got = _time.GetTimestamp();
            var waited = _time.GetElapsedTime(_held, _got);
            service.Work.Waited(waited);
            _metrics?.Waited(service, waited);
        }
    }

    private TimeSpan? Since(long then) => then == Never || _began == Never ? null : _time.GetElapsedTime(_began, then);
}

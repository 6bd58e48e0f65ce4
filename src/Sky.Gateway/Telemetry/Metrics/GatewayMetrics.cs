using Sky.Core.Metering;
using Sky.Gateway.Admission.Limits;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Ingress.Keys;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>Records what happens, one method for each fact. Called on the way of requests: nothing here blocks, throws or, after the first time, allocates.</summary>
internal sealed class GatewayMetrics(GatewayInstruments instruments)
{
    private readonly TagSets _tags = new();

    /// <summary>A request got a replica.</summary>
    /// <param name="service">Whose.</param>
    /// <param name="reason">A word of <see cref="DecisionReason"/>.</param>
    public void Decided(ServiceState service, string reason) => instruments.Decisions.Add(
        1, _tags.Of(TagNames.Service, _tags.Service(service), TagNames.Reason, reason, TagNames.Policy, service.Snapshot().Policy.Name));

    /// <summary>A request that was held got a replica, or was refused.</summary>
    public void Waited(ServiceState service, TimeSpan time) =>
        instruments.QueueWait.Record(time.TotalSeconds, _tags.Of(TagNames.Service, _tags.Service(service)));

    /// <summary>A request goes to another replica after an attempt that ended so.</summary>
    public void Retried(ServiceState service, ForwardOutcome outcome) => instruments.Retries.Add(
        1, _tags.Of(TagNames.Service, _tags.Service(service), TagNames.Reason, RequestOutcome.Of(outcome)));

    /// <summary>The retry budget allowed no further attempt.</summary>
    public void RetryRefused(ServiceState service) => instruments.RetriesRefused.Add(1, _tags.Of(TagNames.Service, _tags.Service(service)));

    /// <summary>A replica was taken out of rotation.</summary>
    /// <param name="service">Whose.</param>
    /// <param name="reason">A word of <see cref="EjectionReason"/>.</param>
    public void Ejected(ServiceState service, string reason) => instruments.Ejections.Add(
        1, _tags.Of(TagNames.Service, _tags.Service(service), TagNames.Reason, reason));

    public void LimitReached(ServiceState service, in LimitRefusal refusal) => instruments.LimitsReached.Add(1, _tags.Of(
        TagNames.Service, _tags.Service(service), TagNames.Limit, Words.Of(refusal.Kind), TagNames.Of, refusal.OfService ? "service" : "key"));

    public void KeyRefused(KeyProblem problem) => instruments.KeysRefused.Add(1, _tags.Of(TagNames.Reason, Words.Of(problem)));

    /// <param name="service">Whose.</param>
    /// <param name="journaled">False: the journal had no room for it.</param>
    public void Reserved(ServiceState service, bool journaled)
    {
        var tags = _tags.Of(TagNames.Service, _tags.Service(service));
        instruments.Reservations.Add(1, tags);
        if (!journaled)
        {
            instruments.LedgerLost.Add(1, tags);
        }
    }

    public void Disbelieved(ServiceState service) => instruments.UsageDisbelieved.Add(1, _tags.Of(TagNames.Service, _tags.Service(service)));

    public void Settled(ServiceState service, SettlementKind kind, in TokenUsage usage)
    {
        var name = _tags.Service(service);
        instruments.Settlements.Add(1, _tags.Of(TagNames.Service, name, TagNames.Kind, Words.Of(kind)));
        Count(name, "input", usage.Prompt);
        Count(name, "output", usage.Completion);
        Count(name, "cached", usage.Cached);
    }

    /// <summary>A copy of a request goes to the version that mirrors.</summary>
    public void MirrorSent(ServiceState service, int version) => instruments.MirrorCopies.Add(1, OfArm(service, version));

    /// <summary>A copy is over.</summary>
    /// <param name="service">Whose.</param>
    /// <param name="version">The one that mirrors.</param>
    /// <param name="status">Of the answer; null where none came, or it broke off.</param>
    public void MirrorEnded(ServiceState service, int version, int? status) => instruments.MirrorAnswers.Add(1, _tags.Of(
        TagNames.Service, _tags.Service(service), TagNames.Version, _tags.Version(version), TagNames.Code, status is { } came ? Words.ClassOf(came) : Words.NoAnswer));

    /// <summary>A copy that was due was not sent.</summary>
    public void NotMirrored(ServiceState service, int version) => instruments.MirrorDropped.Add(1, OfArm(service, version));

    /// <summary>The name of a model as text: for those that were recorded before the same object.</summary>
    public string NameOf(ReadOnlySpan<byte> model) => _tags.ResponseModelText(model);

    public void LogWritten(int lines) => instruments.LogLines.Add(lines);

    public void LogDropped(int lines) => instruments.LogDropped.Add(lines);

    /// <summary>A request is over.</summary>
    public void Ended(RequestTelemetry request)
    {
        var (service, version) = (_tags.Service(request.Service), _tags.Version(request.Version));
        instruments.Requests.Add(1, _tags.Of(new EndedSeries(service, version, request.Outcome, Words.ClassOf(request.Status), request.Error)));
        instruments.HttpDuration.Record(request.Total.TotalSeconds, _tags.Of(
            new HttpSeries(service, Words.Method(request.Method), request.IsTls ? "https" : "http", Words.Status(request.Status), request.Error)));
        if (request.Operation is { } operation && request.Service is not null)
        {
            OfModel(request, new ModelSeries(
                service, version, operation, request.KnownModel is { } model ? _tags.Model(model) : BoundedNames.Other, ResponseModel: ResponseModel(request)));
        }
    }

    /// <summary>Some replicas call the model what the client called it, whatever that is: so much of an answer is the client's word.</summary>
    private string? ResponseModel(RequestTelemetry request) => request.ResponseModel is not { } model ? null
        : request.KnownModel is null && model == request.Model ? BoundedNames.Other : _tags.ResponseModel(model);

    private KeyValuePair<string, object?>[] OfArm(ServiceState service, int version) =>
        _tags.Of(TagNames.Service, _tags.Service(service), TagNames.Version, _tags.Version(version));

    private void OfModel(RequestTelemetry request, in ModelSeries series)
    {
        instruments.RequestDuration.Record(request.Total.TotalSeconds, _tags.Of(series with { Error = request.Error }));
        if (request.Settlement is not { Replica: > 0, Kind: not SettlementKind.Failed } settlement)
        {
            return;
        }

        instruments.TokenUsage.Record(settlement.Usage.Prompt, _tags.Of(series with { TokenType = "input" }));
        instruments.TokenUsage.Record(settlement.Usage.Completion, _tags.Of(series with { TokenType = "output" }));
        if (request is { IsStream: true, Error: null, FirstByte: { } first })
        {
            instruments.TimeToFirstToken.Record(first.TotalSeconds, _tags.Of(series));
            if (settlement.Usage.Completion > 1)
            {
                instruments.TimePerOutputToken.Record((request.Total - first).TotalSeconds / (settlement.Usage.Completion - 1), _tags.Of(series));
            }
        }
    }

    private void Count(string service, string type, long tokens)
    {
        if (tokens > 0)
        {
            instruments.Tokens.Add(tokens, _tags.Of(TagNames.Service, service, TagNames.Type, type));
        }
    }
}

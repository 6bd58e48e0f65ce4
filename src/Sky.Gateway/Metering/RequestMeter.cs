using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Sky.Core.Metering;
using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Ingress;
using Sky.Gateway.Metering.Journal;
using Sky.Gateway.Routing.Models;

namespace Sky.Gateway.Metering;

/// <summary>What one request to a model uses: reserved before it is sent, read from its answer, settled exactly once. Belongs to the request.</summary>
internal sealed class RequestMeter(GatewayRequest request, ModelCall call, MeteringStage stage)
{
    private readonly TokenUsage _reserved = Reservation.Of(call);
    private ReservationRecord? _reservation;
    private JournalEntry? _entry;
    private ReplicaTracker? _replica;
    private UsageReader? _reader;
    private ForwardOutcome? _outcome;
    private bool _asked;
    private bool _answered;
    private bool _refused;
    private bool _settled;
    private long _events;
    private long _tokens;
    private bool _streams;

    /// <summary>Takes the usage out of the answer; null: the answer passes as it is.</summary>
    public UsageFilter? Filter { get; private set; }

    /// <summary>Before the body is sent for the first time: has a stream tell its usage.</summary>
    public void Prepare()
    {
        var ask = request.Route.Service.Snapshot().Endpoints?.Usage ?? UsageAsk.None;
        if (ask is not UsageAsk.None && call is { Stream: true, IncludeUsage: false, Kind: ModelCallKind.Chat or ModelCallKind.Completions, Body: { } body })
        {
            body.AskForUsage(ask is UsageAsk.Continuous);
            _asked = true;
        }
    }

    /// <summary>An attempt begins: from now on the replica may work on it.</summary>
    public void Sending(ReplicaTracker replica)
    {
        (_replica, _reader, _outcome, _answered, _refused, _events) = (replica, null, null, false, false, 0);
        Filter = null;
        Enter();
        _entry?.Progress(Now(_reserved, SettlementKind.Kept));
    }

    /// <summary>The headers of an answer came: decides how its body is read.</summary>
    public void Answered(HttpContext context, HttpResponseMessage response)
    {
        _answered = true;
        _refused = !response.IsSuccessStatusCode;
        if (_refused || IsCoded(response.Content.Headers) || !response.Content.Headers.NonValidated.TryGetValues(HeaderNames.ContentType, out var values))
        {
            return;
        }

        var type = values.ToString();
        if (type.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            _reader = new UsageReader(stream: true, Most, stage.Tokens);
            if (_asked)
            {
                Filter = new UsageFilter(_reader);
                context.Response.ContentLength = null;
            }
        }
        else if (type.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            _reader = new UsageReader(stream: false, Most);
        }
    }

    /// <summary>The body as its meter wants it read.</summary>
    public Stream Wrap(Stream answer) => _reader is null ? answer : new MeteredStream(answer, this);

    /// <summary>A piece of the answer; an empty one is its end.</summary>
    public void Read(ReadOnlySpan<byte> piece)
    {
        _reader!.Read(piece);
        Moved(piece.Length);
    }

    /// <summary>The reader has read on: what it knows is written down before the client gets it.</summary>
    /// <param name="read">Bytes; 0 at the end.</param>
    public void Moved(int read)
    {
        if (!_streams && _reader!.Events > 0)
        {
            _streams = true;
            request.Route.Service.Work.FirstToken(request.Telemetry.SoFar);
        }

        if (read == 0 || _reader!.Finished || _reader.IsWhole)
        {
            Settle(_reader!.Tokens(_reserved.Prompt), Counted);
        }
        else if (_reader.Events != _events)
        {
            _events = _reader.Events;
            var soFar = _reader.SoFar(_reserved.Prompt);
            Work(soFar);
            _entry?.Progress(Now(soFar, Counted));
        }
    }

    /// <summary>An attempt is over.</summary>
    public void Ended(ForwardOutcome outcome)
    {
        _outcome = outcome;
        if (outcome is ForwardOutcome.ConnectFailed)
        {
            _replica = null;
            _entry?.Progress(Now(default, SettlementKind.Unsent));
        }
    }

    /// <summary>The request is over, however it ended.</summary>
    public void End()
    {
        if (_settled)
        {
            return;
        }

        var (usage, kind) = Result();
        Settle(usage, kind);
    }

    /// <summary>Tokens of a prompt, or of all answers.</summary>
    private long Most => (request.Route.Service.Snapshot().Endpoints?.Limits?.TokensPerRequest ?? ServiceLimitsSpec.DefaultTokensPerRequest) * call.Choices;

    private SettlementKind Counted => _reader!.IsExact ? SettlementKind.Exact : SettlementKind.Estimated;

    private (TokenUsage Usage, SettlementKind Kind) Result()
    {
        if (_replica is null)
        {
            return (default, SettlementKind.Unsent);
        }

        if (_refused || (!_answered && _outcome is not ForwardOutcome.ClientGone))
        {
            return (default, SettlementKind.Failed);
        }

        if (_reader is { IsStream: true, Events: 0 } && _outcome is (ForwardOutcome.BrokeAfterHeaders or ForwardOutcome.IdleAfterHeaders))
        {
            return (default, SettlementKind.Failed);
        }

        if (_reader is { IsStream: true } || (_reader is not null && _outcome is ForwardOutcome.Completed))
        {
            return (_reader!.Tokens(_reserved.Prompt), Counted);
        }

        if (_outcome is ForwardOutcome.Completed or ForwardOutcome.ClientGone)
        {
            // Gone before the answer: of a stream no event was read, but its prompt was worked on; of another nobody knows what was done.
            return call.Stream && !_answered ? (_reserved with { Completion = 0 }, SettlementKind.Estimated) : Unread();
        }

        return (default, SettlementKind.Failed);
    }

    /// <summary>Of a whole answer that says nothing of tokens, as of speech, the prompt is known; of others what was reserved is kept.</summary>
    private (TokenUsage Usage, SettlementKind Kind) Unread() =>
        _outcome is ForwardOutcome.Completed && _reserved.Completion == 0 ? (_reserved, SettlementKind.Estimated) : (_reserved, SettlementKind.Kept);

    private void Enter()
    {
        if (_reservation is not null)
        {
            return;
        }

        _reservation = new ReservationRecord
        {
            At = stage.Now,
            Key = request.Caller.KeyId?.Value,
            Service = request.Route.Service.Name.Value,
            Model = call.Model,
            Reserved = _reserved,
            Prices = request.Route.Service.Snapshot().Endpoints?.Prices,
        };
        _entry = stage.Take();
        _entry?.Reserve(_reservation);
        request.Telemetry.Reserved(request.Route.Service, _entry is not null);
    }

    private void Settle(in TokenUsage usage, SettlementKind kind)
    {
        if (_settled)
        {
            return;
        }

        _settled = true;
        if (_reader is { Disbelieved: true })
        {
            stage.Disbelieved(request);
        }

        Enter();
        if (kind is SettlementKind.Exact or SettlementKind.Estimated)
        {
            Work(usage);
        }

        var end = Now(usage, kind);
        _entry?.Settle(end);
        if (_reader is not null)
        {
            request.Telemetry.Answered(_reader.Model);
        }

        stage.Tell(request, _entry, _reservation!, end);
    }

    /// <summary>What it came to since the last time is the service's load.</summary>
    private void Work(in TokenUsage usage)
    {
        var tokens = usage.Prompt + usage.Completion;
        if (tokens != _tokens)
        {
            request.Route.Service.Work.Tokens(tokens - _tokens);
            _tokens = tokens;
        }
    }

    private ProgressRecord Now(in TokenUsage usage, SettlementKind kind) =>
        new(stage.Now, usage, _reader?.Events ?? 0, _replica?.Id.Value ?? 0, _replica?.Version ?? 0, kind);

    private static bool IsCoded(HttpContentHeaders headers) =>
        headers.NonValidated.TryGetValues(HeaderNames.ContentEncoding, out var coding) && !coding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase);
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sky.Gateway.Ingress;
using Sky.Gateway.Routing.Models;

namespace Sky.Gateway.Forwarding;

/// <summary>
/// Whether a request may be sent again after it was sent, and the means to: it is safe by HTTP (GET, HEAD, OPTIONS) or carries an
/// <c>Idempotency-Key</c>, and what was read of its body is kept, up to 1 MiB. A longer one cannot be repeated once its sending began.
/// </summary>
internal sealed class ReplayableBody
{
    /// <summary>The header with which a client says that a request may be sent again.</summary>
    public const string IdempotencyKey = "Idempotency-Key";
    private static readonly ReplayableBody Never = new(null, false);
    private static readonly ReplayableBody Always = new(null, true);
    private readonly RecordedStream? _recorded;
    private readonly ModelBody? _kept;
    private readonly HttpContext? _context;
    private readonly bool _allowed;

    private ReplayableBody(RecordedStream? recorded, bool allowed) => (_recorded, _allowed) = (recorded, allowed);

    private ReplayableBody(HttpContext context, ModelBody kept, bool allowed) => (_context, _kept, _allowed) = (context, kept, allowed);

    /// <summary>The client says so, or HTTP does.</summary>
    public bool MayBeSentTwice => _allowed;

    public bool CanRepeat => _allowed && _recorded is not { Overflowed: true };

    /// <summary>Looks at the request, and records its body from now on if it may be repeated and is not there already.</summary>
    public static ReplayableBody For(GatewayRequest gatewayRequest)
    {
        var context = gatewayRequest.Context;
        var request = context.Request;
        var safe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        var allowed = safe || request.Headers.ContainsKey(IdempotencyKey);
        if (gatewayRequest.Call?.Body is { } kept)
        {
            kept.Attach(context);
            return new ReplayableBody(context, kept, allowed);
        }

        if (!allowed)
        {
            return Never;
        }

        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return Always;
        }

        var recorded = new RecordedStream(request.Body);
        request.Body = recorded;
        return new ReplayableBody(recorded, true);
    }

    /// <summary>The next reader gets the body from its start.</summary>
    public void Rewind()
    {
        _recorded?.Rewind();
        _kept?.Attach(_context!);
    }
}

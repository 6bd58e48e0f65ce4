using System.IO.Hashing;
using System.Text;
using Sky.Core.Specs;
using Sky.Gateway.Ingress;
using Sky.Gateway.LoadBalancing;

namespace Sky.Gateway.Routing.Models;

/// <summary>What of a request its load-balancing policy may know.</summary>
internal static class CallPick
{
    /// <param name="request">A request that has its route.</param>
    /// <param name="blocks">The policy looks at the prompt's blocks.</param>
    public static PickRequest For(GatewayRequest request, bool blocks)
    {
        if (request.Call is not { } call)
        {
            return Tie(request) is { } tie ? new PickRequest { Session = tie } : PickRequest.Unknown;
        }

        return new PickRequest
        {
            PromptTokens = call.PromptTokens,
            OutputTokens = (int)Math.Min(int.MaxValue, (long)(call.MaxTokens ?? 0) * call.Choices),
            Session = SessionOf(request, call),
            Blocks = blocks && call.Body is { } body ? PromptBlocks.Of(body.Received.Slice(call.Prompt.Start, call.Prompt.Length), call.Model) : default,
            BlockTokens = PromptBlocks.Tokens,
        };
    }

    private static ulong? SessionOf(GatewayRequest request, ModelCall call) =>
        Tie(request) ?? (call.User is { Length: > 0 } user ? Hash(user) : null);

    private static ulong? Tie(GatewayRequest request)
    {
        var (http, session) = (request.Context.Request, request.Route.Service.Snapshot().Endpoints?.Session ?? SessionSpec.Default);
        if (http.Headers.TryGetValue(session.Header, out var header))
        {
            return Hash(header.ToString());
        }

        return http.Headers.Cookie.Count > 0 && http.Cookies.TryGetValue(session.Cookie, out var cookie) ? Hash(cookie) : null;
    }

    private static ulong Hash(string text) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));
}

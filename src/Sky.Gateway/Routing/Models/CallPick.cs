using System.IO.Hashing;
using System.Text;
using Sky.Gateway.Ingress;
using Sky.Gateway.LoadBalancing;

namespace Sky.Gateway.Routing.Models;

/// <summary>What of a request its load-balancing policy may know.</summary>
internal static class CallPick
{
    /// <summary>What says that requests belong together, sent by the client.</summary>
    public const string SessionHeader = "X-Session-Id";

    /// <param name="request">A request that has its route.</param>
    /// <param name="blocks">The policy looks at the prompt's blocks.</param>
    public static PickRequest For(GatewayRequest request, bool blocks)
    {
        if (request.Call is not { } call)
        {
            return request.Context.Request.Headers.TryGetValue(SessionHeader, out var tie)
                ? new PickRequest { Session = Hash(tie.ToString()) }
                : PickRequest.Unknown;
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
        request.Context.Request.Headers.TryGetValue(SessionHeader, out var header) ? Hash(header.ToString())
        : call.User is { Length: > 0 } user ? Hash(user)
        : null;

    private static ulong Hash(string text) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Sky.Core.Specs;
using Sky.Core.Traffic;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Ingress;
using Sky.Gateway.Ingress.Keys;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.Reporting.Arms;
using Sky.Gateway.Routing.Models;
using Sky.Gateway.Telemetry.Metrics;
using Yarp.ReverseProxy.Forwarder;

namespace Sky.Gateway.Forwarding.Mirroring;

/// <summary>
/// Copies requests of a service for the version that mirrors it. The request itself goes its way as if there were no copy: nothing here waits, and nothing that
/// goes wrong here reaches it. What has no room, or has a body of more than <see cref="MostBody"/>, is not copied, and counted.
/// </summary>
internal sealed class MirrorStage(MirrorQueue queue, ArmBook arms, GatewayMetrics metrics, Random random)
{
    /// <summary>So that the replica can tell a copy from a request, and leave out what must not happen twice.</summary>
    public const string MirrorHeader = "X-Sky-Mirrored";

    public const int MostBody = 1 << 20;

    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private static readonly Func<ReplicaTracker, double> Load = static replica => replica.InFlight;

    /// <summary>The request is about to be sent for the first time.</summary>
    public void Copy(GatewayRequest request)
    {
        if (request is not { Split: { Traffic.Mirror: { } mirror, Mirrors.Length: > 0 }, Pinned: null, Call: null or { PreviousResponseId: null } }
            || (mirror.Percent < 100 && random.Next(100) >= mirror.Percent) || request.Context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true })
        {
            return;
        }

        if (!queue.TryEnter())
        {
            NotSent(request, mirror, Counter(request, mirror));
            return;
        }

        if (request.Call?.Body is { } kept)
        {
            Send(request, mirror, kept.Length <= MostBody ? Bytes(kept) : null);
        }
        else if (request.Context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            Send(request, mirror, []);
        }
        else
        {
            // It is copied while it passes, and sent when the request is over.
            request.Copied = new CopiedStream(request.Context.Request.Body, MostBody);
            request.Context.Request.Body = request.Copied;
        }
    }

    /// <summary>The request is over.</summary>
    public void End(GatewayRequest request)
    {
        if (request is { Copied: { } copied, Split.Traffic.Mirror: { } mirror })
        {
            request.Copied = null;

            // What was sent twice passed twice.
            Send(request, mirror, copied.IsWhole && request.Telemetry.Attempts == 1 ? copied.Copy() : null);
        }
    }

    private static byte[] Bytes(ModelBody kept)
    {
        var bytes = new byte[kept.Length];
        using var stream = new ModelBodyStream(kept);
        stream.ReadExactly(bytes);
        return bytes;
    }

    private ArmCounter? Counter(GatewayRequest request, MirrorTarget mirror) =>
        arms.Find(new ArmKey(request.Route.Service.Name, request.Split!.Traffic.Generation, mirror.Version));

    /// <param name="request">The original.</param>
    /// <param name="mirror">Where its copy goes.</param>
    /// <param name="body">Null: there is no copy.</param>
    private void Send(GatewayRequest request, MirrorTarget mirror, byte[]? body)
    {
        var counter = Counter(request, mirror);
        var lease = body is null ? null : Least.Of(request.Split!.Mirrors, random, Load).TryAcquire(request.Pick);
        if (lease is null)
        {
            queue.Leave();
            NotSent(request, mirror, counter);
            return;
        }

        try
        {
            queue.Add(new MirrorJob
            {
                Message = Message(request, lease.Replica, body!),
                Lease = lease,
                Counter = counter,
                Service = request.Route.Service,
                Model = request.Call?.Model,
                PromptTokens = request.Call?.PromptTokens ?? 0,
                MostTokens = request.Route.Service.Snapshot().Endpoints?.Limits?.TokensPerRequest ?? ServiceLimitsSpec.DefaultTokensPerRequest,
                Prices = request.Split!.Traffic.PricesOf(mirror.Version, request.Route.Service.Snapshot().Endpoints?.Prices),
            });
        }
        catch (Exception failure) when (failure is FormatException or ArgumentException or InvalidOperationException)
        {
            // What cannot be written as a request of its own is for the original alone.
            lease.Dispose();
            queue.Leave();
            NotSent(request, mirror, counter);
        }
    }

    private void NotSent(GatewayRequest request, MirrorTarget mirror, ArmCounter? counter)
    {
        metrics.NotMirrored(request.Route.Service, mirror.Version);
        counter?.NotMirrored();
    }

    /// <summary>As the forwarder would send it, and marked.</summary>
    private static HttpRequestMessage Message(GatewayRequest request, ReplicaTracker replica, byte[] body)
    {
        var context = request.Context;
        var message = new HttpRequestMessage(HttpMethod.Parse(context.Request.Method), new Uri(request.Route.ReplicaUrl(replica.Prefix), AsSent));
        message.Content = body.Length > 0 ? new ByteArrayContent(body) : null;

        // It only copies headers, and has nothing to wait for.
        HttpTransformer.Empty.TransformRequestAsync(context, message, replica.Prefix, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        message.Headers.Remove(HeaderNames.AcceptEncoding);
        if (message.Content is { } content)
        {
            content.Headers.ContentLength = body.Length;
        }

        ForwardedHeaders.Apply(context, request.Route, message.Headers);
        HopByHop.RemoveNominated(context.Request.Headers.Connection, message.Headers, message.Content?.Headers);
        StrayKeys.Remove(message.Headers);
        UpstreamAuth.Apply(request.Route.Service.Snapshot().Endpoints?.UpstreamAuth, message.Headers);
        message.Headers.TryAddWithoutValidation(MirrorHeader, "1");
        return message;
    }
}

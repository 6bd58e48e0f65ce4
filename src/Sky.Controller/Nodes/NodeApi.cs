using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Sky.Core.Engines;
using Sky.Core.Nodes;
using Sky.Core.Store;

namespace Sky.Controller.Nodes;

/// <summary>The calls of nodes: <c>GET /ca</c>, <c>GET /sky</c> and <c>POST /enrol</c> for anybody, <c>POST /renew</c>, <c>/join</c> and <c>/notice</c> for nodes.</summary>
internal sealed partial class NodeApi(NodeEnrolments enrolments, NodeAuthority authority, PartitionedRateLimiter<IPAddress> rates, string? program, ILogger<NodeApi> logger)
{
    private const int LongestDetail = 100;

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            // The target as it came: there is one way to write each.
            await ((context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget) switch
            {
                ("GET", "/ca") => context.Response.WriteAsync(authority.Ca.CertificatePem + "\n", context.RequestAborted),
                ("GET", "/sky") when program is not null => ProgramAsync(context, program),
                ("POST", "/enrol") => EnrolAsync(context),
                ("POST", "/renew") => RenewAsync(context),
                ("POST", "/join") => JoinAsync(context),
                ("POST", "/notice") => NoticeAsync(context),
                _ => throw new NodeRefusedException(StatusCodes.Status404NotFound, "not_found", "There is nothing at this address."),
            });
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            var (status, problem) = Map(failure);
            context.Response.StatusCode = status;
            await context.Response.WriteAsJsonAsync(problem, NodeJson.Default.NodeProblem, contentType: null, context.RequestAborted);
        }
    }

    /// <summary>No secret: whoever fetches it knows its hash, or learns nothing.</summary>
    private async Task ProgramAsync(HttpContext context, string program)
    {
        using var lease = Admit(context);
        context.Response.ContentType = "application/octet-stream";
        await context.Response.SendFileAsync(program, context.RequestAborted);
    }

    private RateLimitLease Admit(HttpContext context)
    {
        var lease = rates.AttemptAcquire(context.Connection.RemoteIpAddress ?? IPAddress.None);
        return lease.IsAcquired ? lease : throw new NodeRefusedException(StatusCodes.Status429TooManyRequests, "too_many", "Too many enrolments within a minute: try again.");
    }

    private async Task EnrolAsync(HttpContext context)
    {
        using var lease = Admit(context);
        await AnswerAsync(context, await enrolments.EnrolAsync(await ReadAsync(context, NodeJson.Default.EnrolRequest), context.RequestAborted), NodeJson.Default.NodeCertificate);
    }

    private async Task RenewAsync(HttpContext context)
    {
        var node = Caller(context);
        await AnswerAsync(context, await enrolments.RenewAsync(node, await ReadAsync(context, NodeJson.Default.RenewRequest), context.RequestAborted), NodeJson.Default.NodeCertificate);
    }

    private async Task JoinAsync(HttpContext context) =>
        await AnswerAsync(context, await enrolments.JoinAsync(Caller(context), context.RequestAborted), NodeJson.Default.JoinAnswer);

    private async Task NoticeAsync(HttpContext context)
    {
        var node = Caller(context);
        var notice = await ReadAsync(context, NodeJson.Default.NodeNotice);
        var detail = new string([.. notice.Detail.Where(sign => sign is >= ' ' and <= '~').Take(LongestDetail)]);
        await enrolments.NoticeAsync(node, notice with { Detail = detail }, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>The handshake let in nobody but nodes, and those without a certificate.</summary>
    private static NodeKey Caller(HttpContext context) =>
        context.Connection.ClientCertificate is { } certificate && CertificateRole.Of(certificate) is CertificateRole.Node node
            ? node.Key
            : throw new NodeRefusedException(StatusCodes.Status403Forbidden, "refused", "Only a node may call this, with its certificate.");

    private static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new NodeRefusedException(StatusCodes.Status400BadRequest, "invalid", "The body is not what is asked for.");
        }
    }

    private static Task AnswerAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type) =>
        context.Response.WriteAsJsonAsync(answer, type, contentType: null, context.RequestAborted);

    private (int Status, NodeProblem Problem) Map(Exception failure)
    {
        switch (failure)
        {
            case NodeRefusedException refused:
                return (refused.Status, new NodeProblem(refused.Code, refused.Message));
            case BadHttpRequestException bad:
                return (bad.StatusCode, new NodeProblem("invalid", "The request cannot be read."));
            case EngineException { Failure: EngineFailure.Invalid } invalid:
                return (StatusCodes.Status403Forbidden, new NodeProblem("refused", invalid.Message));
            case EngineException or StoreUnavailableException:
                return (StatusCodes.Status503ServiceUnavailable, new NodeProblem("unavailable", failure.Message));
            default:
                Unexpected(logger, failure);
                return (StatusCodes.Status500InternalServerError, new NodeProblem("unavailable", "An unexpected failure; the controller's log has more."));
        }
    }

    [LoggerMessage(2078, LogLevel.Error, "A call of a node failed unexpectedly")]
    private static partial void Unexpected(ILogger logger, Exception failure);
}

using System.Buffers;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Sky.Core.Nodes.DockerAccess;
using Sky.Node.Hosting;

namespace Sky.Node.Docker;

/// <summary>
/// Passes calls that <see cref="DockerRules"/> has to the daemon, as requests of its own making: what the caller sent is read whole and checked
/// before, and nothing of it but target, body and registry login goes on. What a call names must be the controller's own. Answers stream.
/// </summary>
internal sealed partial class DockerProxy(DockerSocket docker, Belongings belongings, NodeOptions options, ILogger<DockerProxy> logger)
{
    public const string Prefix = "/docker";

    /// <summary>A config of 1000 KB in base64, and room.</summary>
    public const int LargestBody = 2 << 20;

    /// <summary>Files of one container.</summary>
    private const long LargestArchive = 16L << 30;

    private const int PieceBytes = 32 << 10;
    private const string RegistryLogin = "X-Registry-Auth";
    private static readonly string[] PassedBack = ["Api-Version", "Docker-Experimental", "Ostype", "X-Docker-Container-Path-Stat"];
    private readonly DockerBodies _bodies = new(options.Policy);

    public async Task HandleAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (!target.StartsWith(Prefix + "/", StringComparison.Ordinal) || DockerRules.Find(context.Request.Method, target[Prefix.Length..]) is not { } call)
        {
            Refused(logger, context.Request.Method, "not on the list of calls");
            await Problem.WriteAsync(context, StatusCodes.Status403Forbidden, "refused", "This call is not among those that the agent passes on.");
            return;
        }

        if (await TargetAsync(context, call) is not { } passed || await ContentAsync(context, call.Rule) is not { } content)
        {
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), DockerSocket.Address(passed));
        request.Content = content.Content;
        if (call.Rule.Method == "POST" && context.Request.Headers[RegistryLogin] is [{ } login])
        {
            request.Headers.TryAddWithoutValidation(RegistryLogin, login);
        }

        await SendAsync(context, call.Rule, request);
    }

    /// <summary>What the daemon is asked; null: it was refused and answered.</summary>
    private async Task<string?> TargetAsync(HttpContext context, DockerCall call)
    {
        try
        {
            switch (await belongings.JudgeAsync(call, context.RequestAborted))
            {
                case Belongings.Verdict.Passes passes:
                    return passes.Target;
                case Belongings.Verdict.NotThere notThere:
                    using (notThere.Response)
                    {
                        await AnswerAsync(context, notThere.Response);
                    }

                    return null;
                default:
                    Refused(logger, $"{call.Rule.Method} {call.Rule.Path}", "what it names is not this controller's");
                    await Problem.WriteAsync(context, StatusCodes.Status403Forbidden, "refused", "What this call names was not made by the controller whose node this is.");
                    return null;
            }
        }
        catch (HttpRequestException failure) when (!context.Response.HasStarted)
        {
            Silent(logger, docker.Path, failure.Message);
            await Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "unavailable", "The node's Docker daemon does not answer.");
            return null;
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException || (cut is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            context.Abort();
            return null;
        }
    }

    /// <summary>Null: it was refused and answered.</summary>
    private async Task<Body?> ContentAsync(HttpContext context, DockerRule rule)
    {
        if (rule.Body == DockerBody.Archive)
        {
            context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = LargestArchive;
            var stream = new StreamContent(context.Request.Body, PieceBytes);
            stream.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
            stream.Headers.ContentLength = context.Request.ContentLength;
            return new Body(stream);
        }

        var bytes = await ReadAsync(context);
        if (bytes is null)
        {
            await Problem.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, "invalid", "The body is too large.");
            return null;
        }

        if ((_bodies.Problem(rule.Body, bytes) ?? DockerOwnership.Problem(rule.Body, bytes, belongings.Owner)) is { } problem)
        {
            Refused(logger, $"{rule.Method} {rule.Path}", problem);
            await Problem.WriteAsync(context, StatusCodes.Status403Forbidden, "refused", $"The agent does not pass this on: {problem}.");
            return null;
        }

        if (!await MayNameAsync(context, rule, bytes))
        {
            return null;
        }

        if (bytes.Length == 0)
        {
            return new Body(rule.Method == "POST" ? new ByteArrayContent([]) : null);
        }

        var json = new ByteArrayContent(bytes);
        json.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new Body(json);
    }

    /// <summary>False: what the body gives to a container is another's, or cannot be told, and that was answered.</summary>
    private async Task<bool> MayNameAsync(HttpContext context, DockerRule rule, byte[] bytes)
    {
        try
        {
            var named = BodySubjects.Of(rule.Body, bytes, out var problem);
            if (problem is null && await belongings.OwnsAsync(named, context.RequestAborted))
            {
                return true;
            }

            Refused(logger, $"{rule.Method} {rule.Path}", problem ?? "what its body names is not this controller's");
            await Problem.WriteAsync(
                context, StatusCodes.Status403Forbidden, "refused",
                problem is null ? "A secret, config or volume that this call names was not made by the controller whose node this is." : $"The agent does not pass this on: {problem}.");
            return false;
        }
        catch (HttpRequestException failure) when (!context.Response.HasStarted)
        {
            Silent(logger, docker.Path, failure.Message);
            await Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "unavailable", "The node's Docker daemon does not answer.");
            return false;
        }
    }

    private static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = LargestBody;
        try
        {
            using var buffer = new MemoryStream();
            await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
            return buffer.ToArray();
        }
        catch (BadHttpRequestException failure) when (failure.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    private async Task SendAsync(HttpContext context, DockerRule rule, HttpRequestMessage request)
    {
        try
        {
            using var response = await docker.Invoker.SendAsync(request, context.RequestAborted);
            if (rule.Method is not ("GET" or "HEAD"))
            {
                Called(logger, rule.Method, rule.Path, (int)response.StatusCode);
            }

            await AnswerAsync(context, response);
        }
        catch (HttpRequestException failure) when (!context.Response.HasStarted)
        {
            Silent(logger, docker.Path, failure.Message);
            await Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "unavailable", "The node's Docker daemon does not answer.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            // The answer broke off in the middle: the caller must not take it for whole.
            context.Abort();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
    }

    private static async Task AnswerAsync(HttpContext context, HttpResponseMessage response)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength = response.Content.Headers.ContentLength;
        foreach (var name in PassedBack.Where(response.Headers.NonValidated.Contains))
        {
            context.Response.Headers[name] = response.Headers.NonValidated[name].ToString();
        }

        // Whoever follows logs or events is told at once that it is heard.
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (int read; (read = await body.ReadAsync(piece, context.RequestAborted)) > 0;)
            {
                await context.Response.Body.WriteAsync(piece.AsMemory(0, read), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    [LoggerMessage(5010, LogLevel.Warning, "Refused the controller {Call}: {Reason}")]
    private static partial void Refused(ILogger logger, string call, string reason);

    [LoggerMessage(5011, LogLevel.Information, "The controller called {Method} {Path}: {Status}")]
    private static partial void Called(ILogger logger, string method, string path, int status);

    [LoggerMessage(5012, LogLevel.Warning, "The Docker daemon does not answer at {Socket}: {Reason}")]
    private static partial void Silent(ILogger logger, string socket, string reason);

    private sealed record Body(HttpContent? Content);
}

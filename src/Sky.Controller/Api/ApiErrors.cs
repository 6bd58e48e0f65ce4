using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sky.Core.Clouds;
using Sky.Core.Engines;
using Sky.Core.Images;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary>The edge of the API: who may pass, and what a failure becomes.</summary>
internal sealed partial class ApiErrors(ApiGuard guard, ILogger<ApiErrors> logger)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (guard.Check(context.Request) is { } refused)
        {
            await refused.ToResult().ExecuteAsync(context);
            return;
        }

        try
        {
            await next(context);
            if (NoVerb(context) is { } nothing)
            {
                await nothing.ToResult().ExecuteAsync(context);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await Map(e, context).ToResult().ExecuteAsync(context);
        }
    }

    /// <summary>Routing found no verb for this address or this method, and says so without words.</summary>
    private static Problem? NoVerb(HttpContext context) => context.Response switch
    {
        { HasStarted: true } => null,
        { StatusCode: StatusCodes.Status404NotFound } when context.GetEndpoint() is null => Problem.NotFound("There is nothing at this address; see /openapi/v1.json."),
        { StatusCode: StatusCodes.Status405MethodNotAllowed } =>
            new Problem(StatusCodes.Status405MethodNotAllowed, new ApiError { Code = "invalid", Message = $"{context.Request.Method} is not a verb of this address; see /openapi/v1.json." }),
        _ => null,
    };

    private Problem Map(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case BadHttpRequestException bad:
                return bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? Problem.Invalid("The body is too large.") with { Status = StatusCodes.Status413PayloadTooLarge }
                    : Problem.Invalid(bad.InnerException is System.Text.Json.JsonException json ? $"The body is not what is asked for at {json.Path}." : bad.Message);
            case ImageException image:
                return Problem.OfImage(image);
            case StoreUnavailableException or EngineException or CloudException:
                return Problem.Unavailable(exception.Message);
            default:
                LogUnexpected(exception, context.Request.Method, context.Request.Path);
                return new Problem(StatusCodes.Status500InternalServerError, new ApiError { Code = "unavailable", Message = "An unexpected failure; the controller's log has more." });
        }
    }

    [LoggerMessage(2040, LogLevel.Error, "{Method} {Path} failed unexpectedly")]
    private partial void LogUnexpected(Exception exception, string method, string path);
}

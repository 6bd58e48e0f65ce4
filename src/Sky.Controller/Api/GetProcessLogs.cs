using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Sky.Core;

namespace Sky.Controller.Api;

/// <summary><c>GET /logs/{process}</c>: the log of the controller or of the gateway of this machine.</summary>
internal static class GetProcessLogs
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/logs/{process}", HandleAsync)
        .Produces<string>(contentType: "text/plain")
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .WithSummary("Stream the log of the controller or the gateway; ?tail=N, ?follow=true");

    private static async Task<IResult> HandleAsync(
        string process, int? tail, bool? follow, HttpContext context, SkyHome home, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var file = process switch
        {
            "controller" => home.ControllerLog,
            "gateway" => home.GatewayLog,
            _ => null,
        };
        if (file is null || !File.Exists(file))
        {
            return Problem.NotFound($"There is no log of '{process}' here.").ToResult();
        }

        if (tail < 0)
        {
            return Problem.Invalid("tail must be a non-negative integer.").ToResult();
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await Lines.TextAsync(context, LogFile.ReadAsync(file, tail, follow ?? false, time, ends.Token), time, ends.Token);
        return Results.Empty;
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sky.Core.Nodes;
using Sky.Node.Docker;
using Sky.Node.Facts;
using Sky.Node.Ingress;

namespace Sky.Node.Hosting;

/// <summary>What the agent itself answers: <c>/docker/…</c> and <c>/facts</c> to the controller, <c>/healthz</c> to gateways too.</summary>
internal sealed class AgentPipeline(DockerProxy docker, FactsReader facts)
{
    public Task HandleAsync(HttpContext context)
    {
        // The target as it came: there is one way to write each.
        var path = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (path == "/healthz")
        {
            return context.Response.WriteAsync("ok\n", context.RequestAborted);
        }

        if (context.Features.Get<Peer>()?.Role is not CertificateRole.Controller)
        {
            return Problem.WriteAsync(context, StatusCodes.Status403Forbidden, "refused", "Only the controller may call this.");
        }

        return path switch
        {
            "/facts" => FactsAsync(context),
            _ when path.StartsWith(DockerProxy.Prefix + "/", StringComparison.Ordinal) => docker.HandleAsync(context),
            _ => Problem.WriteAsync(context, StatusCodes.Status404NotFound, "not_found", "There is nothing at this address."),
        };
    }

    private async Task FactsAsync(HttpContext context) =>
        await context.Response.WriteAsJsonAsync(await facts.ReadAsync(context.RequestAborted), NodeJson.Default.NodeFacts, contentType: null, context.RequestAborted);
}

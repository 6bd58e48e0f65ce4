using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Sky.Controller.Provisioning;

namespace Sky.Controller.Api;

/// <summary><c>PUT</c> and <c>HEAD /workdirs/{sha256}</c>: folders that replicas start in, kept by their content.</summary>
internal static class PutWorkdir
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut("/workdirs/{hash}", HandleAsync)
            .Produces(StatusCodes.Status204NoContent)
            .Produces<ApiError>(StatusCodes.Status400BadRequest)
            .Produces<ApiError>(StatusCodes.Status507InsufficientStorage)
            .WithSummary("Upload a workdir as a tar stream under the SHA-256 of its bytes");
        api.MapMethods("/workdirs/{hash}", ["HEAD"], (string hash, Workdirs workdirs) =>
                PutService.Hash().IsMatch(hash) && workdirs.Has(hash) ? Results.Ok() : Results.NotFound())
            .Produces(StatusCodes.Status200OK)
            .Produces(StatusCodes.Status404NotFound)
            .WithSummary("Ask whether a workdir was uploaded");
    }

    private static async Task<IResult> HandleAsync(string hash, HttpContext context, Workdirs workdirs, CancellationToken cancellationToken)
    {
        if (!PutService.Hash().IsMatch(hash))
        {
            return Problem.Invalid("The address of a workdir is a SHA-256 in lower-case hex.").ToResult();
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        try
        {
            return await workdirs.SaveAsync(hash, context.Request.Body, cancellationToken)
                ? Results.NoContent()
                : Problem.Invalid("The workdir's content does not have the hash it was sent under: send it again.").ToResult();
        }
        catch (IOException e) when (Workdirs.IsFull(e))
        {
            return Problem.NoSpace($"The disk that holds {workdirs.Folder} is full: free some space.").ToResult();
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            return Problem.Unavailable($"The workdir could not be kept in {workdirs.Folder}: {e.Message}").ToResult();
        }
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sky.Core.Images;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary><c>GET /services/{name}/images</c>: which bytes every version runs, and what was found in them.</summary>
internal static class GetImages
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/services/{name}/images", HandleAsync)
        .Produces<ServiceImagesView>()
        .Produces<ApiError>(StatusCodes.Status404NotFound)
        .WithSummary("Show the images of a service's versions and what scans found, of one that is down too");

    private static async Task<IResult> HandleAsync(string name, IStore store, CancellationToken cancellationToken)
    {
        if (await store.LoadAsync(new ServiceName(name), cancellationToken) is not { } stored)
        {
            return Problem.NoService(name).ToResult();
        }

        var view = new ServiceImagesView
        {
            Service = name,
            Versions =
            [
                .. stored.Versions.Values.OrderBy(version => version.Number)
                    .Select(version => new VersionImagesView
                    {
                        Version = version.Number,
                        CreatedAt = version.CreatedAt,
                        Status = GetHistory.Status(stored, version.Number),
                        Images = Images(version.Spec),
                        Policy = version.Spec.Scan,
                        Scans = version.Scans,
                    })
                    .Where(version => version.Images.Count > 0),
            ],
        };
        return Results.Json(view, ApiJson.Default.ServiceImagesView);
    }

    private static IReadOnlyList<VersionImageView> Images(ServiceSpec spec) =>
    [
        .. spec.Resources.Candidates
            .Select(candidate => (Name: ReplicaImage.WrittenOf(spec.Task, candidate), Pinned: spec.Task.Image is { } image ? image.Pinned : candidate.PinnedImage))
            .Append((Name: spec.Task.BaseImage?.Reference, Pinned: spec.Task.BaseImage?.Pinned))
            .Where(image => image.Name is not null).Distinct().Select(image => new VersionImageView(image.Name!, image.Pinned)),
    ];
}

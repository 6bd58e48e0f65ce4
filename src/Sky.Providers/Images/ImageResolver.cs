using Sky.Core.Images;
using Sky.Core.Specs;
using Sky.Providers.Images.Building;
using Sky.Providers.Images.Registries;
using Sky.Providers.Registries;

namespace Sky.Providers.Images;

/// <summary>
/// Asks the registry, and where that has no answer the Docker Engine of this machine. A name of Docker Hub whose image was made here and never was
/// there is not looked for there: somebody else may have put another one under that name.
/// </summary>
internal sealed class ImageResolver(RegistryClient registries, EngineImages engine) : IImageResolver
{
    public async Task<ResolvedImage> ResolveAsync(string reference, TaskSpec task, bool here, CancellationToken cancellationToken)
    {
        if (ImageReference.IsId(reference))
        {
            return new(reference);
        }
        var image = ImageReference.Parse(TaskCredentials.Complete(task, reference))
            ?? throw new ImageException(ImageFailure.Invalid, $"'{reference}' is not the name of an image.");
        if (image.Digest is { } written)
        {
            return new(Pinned(image, written, task));
        }
        if (here && image.Registry == ImageReference.DockerHub && await engine.FindAsync(image.ToString(), cancellationToken) is { } made && DigestOf(made, image) is null)
        {
            return new(made.Id);
        }
        ImageException failure;
        try
        {
            if (await registries.DigestAsync(image, task, cancellationToken) is { } digest)
            {
                return new(Pinned(image, digest, task));
            }
            failure = new(ImageFailure.NotFound, $"There is no image {image} at {image.Registry}.");
        }
        catch (ImageException bad)
        {
            failure = bad;
        }
        return await OfEngineAsync(image, task, failure, cancellationToken) ?? throw failure;
    }

    private async Task<ResolvedImage?> OfEngineAsync(ImageReference image, TaskSpec task, ImageException failure, CancellationToken cancellationToken)
    {
        if (await engine.FindAsync(image.ToString(), cancellationToken) is not { } local)
        {
            return null;
        }
        return new(
            DigestOf(local, image) is { } known ? Pinned(image, known, task) : local.Id,
            $"{failure.Message} What runs is the image {image} of this machine's Docker Engine.");
    }

    /// <summary>By which it was pulled from, or pushed to, the repository; null where it never was.</summary>
    private static string? DigestOf(LocalImage local, ImageReference image) =>
        local.RepoDigests.Select(ImageReference.Parse).FirstOrDefault(one => one is { Digest: not null } && one.Name == image.Name)?.Digest;

    // A name without a registry would be given that of the task's login once more.
    private static string Pinned(ImageReference image, string digest, TaskSpec task)
    {
        var pinned = image.At(digest);
        return TaskCredentials.Complete(task, pinned) == pinned ? pinned : $"{image.Registry}/{image.Repository}@{digest}";
    }
}

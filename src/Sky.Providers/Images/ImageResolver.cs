using Sky.Core.Images;
using Sky.Core.Specs;
using Sky.Providers.Images.Building;
using Sky.Providers.Images.Registries;
using Sky.Providers.Registries;

namespace Sky.Providers.Images;

/// <summary>Asks the registry, and where that has no answer the Docker Engine of this machine.</summary>
internal sealed class ImageResolver(RegistryClient registries, EngineImages engine) : IImageResolver
{
    public async Task<ResolvedImage> ResolveAsync(string reference, TaskSpec task, CancellationToken cancellationToken)
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
        var known = local.RepoDigests.Select(ImageReference.Parse).FirstOrDefault(one => one is { Digest: not null } && one.Name == image.Name);
        return new(
            known is null ? local.Id : Pinned(image, known.Digest!, task),
            $"{failure.Message} What runs is the image {image} of this machine's Docker Engine.");
    }

    // A name without a registry would be given that of the task's login once more.
    private static string Pinned(ImageReference image, string digest, TaskSpec task)
    {
        var pinned = image.At(digest);
        return TaskCredentials.Complete(task, pinned) == pinned ? pinned : $"{image.Registry}/{image.Repository}@{digest}";
    }
}

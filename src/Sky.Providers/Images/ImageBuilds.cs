using Sky.Core.Images;
using Sky.Core.Processes;
using Sky.Core.Specs;
using Sky.Providers.Images.Building;
using Sky.Providers.Images.Registries;

namespace Sky.Providers.Images;

/// <summary>Builds and pushes images by their content: what a registry or the engine has already is neither built nor pushed again.</summary>
internal sealed class ImageBuilds(ToolRunner tools, DockerTool docker, RegistryClient registries, RegistryAccess access, string configFolder, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Where images go that no registry is named for: a name that no registry answers to.</summary>
    private const string LocalRegistry = "sky.invalid";

    /// <summary>The repository of an image that stays here.</summary>
    public static string LocalRepository(string name) => $"{LocalRegistry}/{name.ToLowerInvariant().Replace('_', '-')}";

    /// <summary>The image of what the sources are now; built where nobody has it.</summary>
    /// <param name="image">What to build.</param>
    /// <param name="fallback">Its name where the file names no repository.</param>
    /// <param name="task">What the file says for the registry.</param>
    /// <param name="progress">Told what happens.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<BuiltImage> EnsureAsync(ImageSpec image, string fallback, TaskSpec task, Action<string> progress, CancellationToken cancellationToken)
    {
        var build = image.Build!;

        // One at a time in a folder: what another prepares there meanwhile would be in our image, under the tag of what was there before.
        using var alone = await AloneAsync(build, progress, cancellationToken);
        await PrepareAsync(build, progress, cancellationToken);
        var tag = ContentTag.Of(build, await docker.PlatformAsync(cancellationToken), cancellationToken);
        var name = $"{image.Repository ?? LocalRepository(fallback)}:{tag}";
        if (image.Repository is not null && await KnownAsync(name, task, cancellationToken) is { } digest)
        {
            progress($"{name} is in its registry already.");
            return new(name, digest, null, false);
        }
        if (await docker.FindAsync(name, cancellationToken) is { } there)
        {
            progress($"{name} is built already.");
            return new(name, null, there.Id, false);
        }
        progress($"Building {name} ...");
        await docker.BuildAsync(build, name, progress, cancellationToken);
        var built = await docker.FindAsync(name, cancellationToken)
            ?? throw new ImageException(ImageFailure.Unavailable, $"Docker built {name} and does not have it: its builder keeps images elsewhere. Use the builder of the engine (`docker buildx use default`).");
        return new(name, null, built.Id, true);
    }

    /// <summary>The digest in the registry, after a push where it is not there.</summary>
    public async Task<string> PushAsync(BuiltImage image, TaskSpec task, Action<string> progress, CancellationToken cancellationToken)
    {
        if (image.Digest is { } known)
        {
            return known;
        }
        var name = ImageReference.Parse(image.Name)!;
        progress($"Pushing {name} ...");
        using var settings = await access.BeyondDockerAsync(name.Registry, task, cancellationToken) is { } credential ? new PushConfig(configFolder, name.Registry, credential) : null;
        await docker.PushAsync(image.Name, settings?.Folder, progress, cancellationToken);
        return await registries.DigestAsync(name, task, cancellationToken)
            ?? throw new ImageException(ImageFailure.Unavailable, $"{name.Registry} took {name} and does not have it.");
    }

    // A registry that nobody can ask now may still be the place to push to later: what it has is not known, so that we build.
    private async Task<string?> KnownAsync(string name, TaskSpec task, CancellationToken cancellationToken)
    {
        try
        {
            return await registries.DigestAsync(ImageReference.Parse(name)!, task, cancellationToken);
        }
        catch (ImageException bad) when (bad.Failure is ImageFailure.Unavailable or ImageFailure.Unauthorized)
        {
            return null;
        }
    }

    /// <summary>Null where the folder's file system has no locks.</summary>
    private async Task<FileLock?> AloneAsync(ImageBuildSpec build, Action<string> progress, CancellationToken cancellationToken)
    {
        try
        {
            for (var waits = false; ; waits = true)
            {
                if (FileLock.TryAcquire(build.Directory) is { } alone)
                {
                    return alone;
                }
                if (!waits)
                {
                    progress($"Another build is at work in {build.Directory}: waiting for it ...");
                }
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task PrepareAsync(ImageBuildSpec build, Action<string> progress, CancellationToken cancellationToken)
    {
        if (build.Prepare is not { } script)
        {
            return;
        }
        progress($"Preparing {build.Context} ...");
        var run = await tools.RunAsync(new("bash", ["-euo", "pipefail", "-c", script]) { Folder = build.Directory, Progress = progress }, cancellationToken)
            ?? throw new ImageException(ImageFailure.Unavailable, "image.build.prepare is a script of bash, which is not on the PATH.");
        if (run.ExitCode != 0)
        {
            throw new ImageException(ImageFailure.Invalid, $"image.build.prepare failed (exit code {run.ExitCode}):\n{run.Complaint}");
        }
        if (!Directory.Exists(build.Context) || !File.Exists(Path.Combine(build.Context, build.Dockerfile ?? "Dockerfile")))
        {
            throw new ImageException(ImageFailure.Invalid, $"After image.build.prepare there is no {build.Dockerfile ?? "Dockerfile"} in {build.Context}.");
        }
    }
}

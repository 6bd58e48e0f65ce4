using Docker.DotNet;
using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Registries;
using Sky.Providers.Secrets.Entry;

namespace Sky.Providers.Engines.Docker;

/// <summary>What starts a container, step by step; each looks first whether it was done before.</summary>
internal sealed class LaunchSteps(
    DockerCalls docker, DockerEngineOptions options, ReplicaNames names, ImagePulls images, GpuChoice gpus) : ILaunchSteps
{
    public string ImageOf(RunRequest request) =>
        request.Image is { } named ? TaskCredentials.Complete(request.Task, named) : request.BaseImage ?? options.BaseImage;

    public async Task DoAsync(RunRequest request, Func<PullProgress> pulling, CancellationToken cancellationToken)
    {
        var container = await docker.ContainerAsync(names.Container(request.Replica), cancellationToken)
            ?? await CreateAsync(request, pulling, cancellationToken);
        if (container is null || !MayStart(container))
        {
            return;
        }

        if (names.KeyOf(container.Labels) != request.Replica)
        {
            throw new ProvisionException($"there is a container {container.Name} on this engine that is not ours: remove it");
        }

        await FillAsync(request, container, cancellationToken);
        if (!await IsStoppedAsync(request.Replica, cancellationToken))
        {
            await StartAsync(request, container, cancellationToken);
        }
    }

    public Task<bool> IsStoppedAsync(ReplicaKey replica, CancellationToken cancellationToken) => docker.HasVolumeAsync(names.StopMark(replica), cancellationToken);

    /// <summary>Neither started before nor found to be wrong.</summary>
    private static bool MayStart(SeenContainer container) =>
        container is { Status: "created", StartedAt: null, Error.Length: 0 };

    /// <summary>Null where a stop was asked for.</summary>
    private async Task<SeenContainer?> CreateAsync(RunRequest request, Func<PullProgress> pulling, CancellationToken cancellationToken)
    {
        if (await IsStoppedAsync(request.Replica, cancellationToken))
        {
            return null;
        }

        var name = ImageOf(request);
        var image = await images.FindAsync(name, cancellationToken);
        if (image is null)
        {
            image = await images.PullAsync(name, request.Task, pulling(), cancellationToken);
            if (await IsStoppedAsync(request.Replica, cancellationToken))
            {
                return null;
            }
        }

        RefuseIdleImage(request, name, image);
        var plan = new ContainerPlan(names, await MachineMemoryAsync(cancellationToken));
        using (await gpus.HoldAsync(request.Resources, cancellationToken))
        {
            var parameters = plan.Build(request, name, image.Config ?? new DockerOCIImageConfig(), image.Architecture, SecretWay.Input, await gpus.ChooseAsync(request.Resources, cancellationToken));
            await CreateAsync(parameters, cancellationToken);
        }

        return await docker.ContainerAsync(names.Container(request.Replica), cancellationToken);
    }

    private async Task<long> MachineMemoryAsync(CancellationToken cancellationToken) =>
        (await docker.DoAsync(client => client.System.GetSystemInfoAsync(cancellationToken))).MemTotal;

    /// <summary>A name that is taken is the answer to a creation whose answer was lost.</summary>
    private async Task CreateAsync(CreateContainerParameters parameters, CancellationToken cancellationToken)
    {
        try
        {
            await docker.DoAsync(client => client.Containers.CreateContainerAsync(parameters, cancellationToken));
        }
        catch (EngineException error) when (DockerFailures.IsConflict(error))
        {
        }
    }

    public static void RefuseIdleImage(RunRequest request, string name, ImageInspectResponse image)
    {
        if (!ReplicaFiles.HasRun(request) && (image.Config?.Entrypoint?.Count ?? 0) + (image.Config?.Cmd?.Count ?? 0) == 0)
        {
            throw new ProvisionException($"image {name} has no command of its own: say in `run` what is to run");
        }
    }

    private async Task FillAsync(RunRequest request, SeenContainer container, CancellationToken cancellationToken)
    {
        var files = new ReplicaFiles(request, ContainerSecurity.Numbers(container.User), SecretWay.Input);
        if (ReplicaFiles.AreNeeded(request, SecretWay.Input))
        {
            await files.SendAsync(tar => PutAsync(EntryScript.Folder, tar), cancellationToken);
        }

        if (ReplicaFiles.HasMounts(request))
        {
            var image = await images.FindAsync(ImageOf(request), cancellationToken);
            var plan = MountPlan.Of(request, image?.Config ?? new DockerOCIImageConfig(), SecretWay.Input);
            foreach (var part in plan.Parts.Where(part => part.HasAny))
            {
                await files.SendMountsAsync(part, tar => PutAsync(part.Folder, tar), cancellationToken);
            }
        }

        Task PutAsync(string path, Stream tar) => docker.DoAsync(client => client.Containers.ExtractArchiveToContainerAsync(
            container.Id, new CopyToContainerParameters { Path = path }, tar, cancellationToken));
    }

    private async Task StartAsync(RunRequest request, SeenContainer container, CancellationToken cancellationToken)
    {
        try
        {
            // Attached before it starts, so that its input is open until all has come; when this program dies in between, it ends.
            var secrets = ContainerEnvironment.Secrets(request);
            var attach = new ContainerAttachParameters { Stream = true, Stdin = true };
            using var input = secrets.Count == 0 ? null : await docker.DoAsync(client => client.Containers.AttachContainerAsync(container.Id, attach, cancellationToken));
            await docker.DoAsync(client => client.Containers.StartContainerAsync(container.Id, new ContainerStartParameters(), cancellationToken));
            if (input is not null)
            {
                var bytes = EntryInput.Of(secrets);
                await docker.DoAsync(_ => input.WriteAsync(bytes, 0, bytes.Length, cancellationToken));
                input.CloseWrite();
            }
        }
        catch (EngineException error) when (error.InnerException is DockerApiException)
        {
            // The daemon keeps a lasting reason with the container, where the next look finds it.
            if (StartFailures.Describe(error.Message, request.Port) is { } reason)
            {
                throw new ProvisionException(reason, error);
            }

            await docker.TryAsync(client => client.Containers.RemoveContainerAsync(container.Id, new ContainerRemoveParameters { RemoveVolumes = true }, cancellationToken));
            throw StartFailures.Passing(error);
        }
    }
}

using Sky.Cli.Client;
using Sky.Cli.Images;
using Sky.Cli.Terminal;
using Sky.Cli.Workdirs;
using Sky.Controller.Api;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Cli.Serve;

/// <summary>The part that <c>up</c>, <c>update</c> and <c>rollback</c> share: hand a version to the controller and wait until it serves.</summary>
internal sealed class Deployment(CliContext context, ControllerClient client)
{
    /// <summary>Builds, scans and pushes the image where the file asks for that, uploads the workdir, and hands the spec over.</summary>
    public async Task<PutServiceResponse> PutAsync(string name, ServiceSpec spec, PutServiceRequest request, CancellationToken cancellationToken)
    {
        var image = await new ImageDeployment(context).ReadyAsync(name, spec, cancellationToken);
        var hash = await UploadAsync(spec.Task, cancellationToken);
        var answer = await client.PutAsync(name, request with { Spec = image.Spec, Scans = image.Scans, WorkdirHash = hash }, cancellationToken);
        foreach (var notice in answer.Notices)
        {
            context.Screen.ErrorLine(context.AsStarted($"Note: {notice}"));
        }

        return answer;
    }

    /// <summary>The hash of the workdir's archive; null for none.</summary>
    private async Task<string?> UploadAsync(TaskSpec task, CancellationToken cancellationToken)
    {
        var upload = new WorkdirUpload(context.Screen, client);
        if (task.GitWorkdir is not { } git)
        {
            return task.Workdir is not null || task.FileMounts.Count > 0 ? await upload.SendAsync(task.Workdir, task.FileMounts, cancellationToken) : null;
        }

        context.Screen.ErrorLine($"Fetching {git.ShownUrl} ...");
        using var checkout = await GitCheckout.OfAsync(git, cancellationToken);
        return await upload.SendAsync(checkout.Folder, task.FileMounts, cancellationToken);
    }

    /// <summary>Waits and tells the outcome; the exit code. Ctrl-C ends only the waiting.</summary>
    /// <param name="name">The service.</param>
    /// <param name="version">The version that is to serve.</param>
    /// <param name="before">The service as it was before that version was asked for; null when there was none.</param>
    /// <param name="arrived">Tells the good end.</param>
    public async Task<int> WaitAsync(string name, int version, ServiceView? before, Action<ServiceView> arrived)
    {
        RolloutEnd end;
        try
        {
            end = await new Rollout(context, client, name, version, before).WaitAsync(context.Interrupts.Watch());
        }
        catch (OperationCanceledException) when (context.Interrupts.Happened)
        {
            context.Screen.ErrorLine($"Service '{name}' goes on without you. See '{context.ProgramName} serve status {name}'; '{context.ProgramName} serve down {name}' takes it down.");
            return ExitCode.Interrupted;
        }

        switch (end)
        {
            case RolloutEnd.Ready ready:
                arrived(ready.Service);
                return ExitCode.Done;
            case RolloutEnd.AtZero zero:
                context.Screen.ErrorLine(zero.Service.PinnedReplicas is 0
                    ? $"Service '{name}' is pinned to zero replicas, and no request brings one up, until '{context.ProgramName} serve scale {name} auto'."
                    : $"Service '{name}' is scaled to zero: the first request brings a replica up.");
                arrived(zero.Service);
                return ExitCode.Done;
            case RolloutEnd.GivenUp failed:
                TellFailure(name, version, failed);
                return ExitCode.Failed;
            case RolloutEnd.Superseded other:
                context.Screen.Error($"Version {version} of service '{name}' is not awaited any longer: {other.What}.");
                return ExitCode.Failed;
            default:
                throw new InvalidOperationException(end.ToString());
        }
    }

    private void TellFailure(string name, int version, RolloutEnd.GivenUp failed)
    {
        context.Screen.Error($"Version {version} of service '{name}' was given up: {failed.Reason}");
        foreach (var line in failed.LastLogLines)
        {
            context.Screen.ErrorLine($"  | {line}");
        }

        context.Screen.ErrorLine($"See '{context.ProgramName} serve status {name} -v'. Fix it and run '{context.ProgramName} serve update {name} FILE', or '{context.ProgramName} serve down {name}'.");
    }
}

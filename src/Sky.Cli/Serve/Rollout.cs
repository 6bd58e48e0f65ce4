using System.Net;
using Sky.Cli.Client;
using Sky.Cli.Terminal;
using Sky.Core.Services;

namespace Sky.Cli.Serve;

/// <summary>Waits until a version serves or is given up, and shows how it goes.</summary>
/// <param name="context">Where progress is shown.</param>
/// <param name="client">The controller.</param>
/// <param name="service">The service.</param>
/// <param name="version">The version that is to serve.</param>
/// <param name="before">The service as it was before; null when there was none.</param>
internal sealed class Rollout(CliContext context, ControllerClient client, string service, int version, ServiceView? before)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly RolloutProgress _progress = new(context, service, version, before);
    private (ServiceStatus, int, string?) _judged;

    public async Task<RolloutEnd> WaitAsync(CancellationToken cancellationToken)
    {
        var seen = false;
        var changes = new ServiceWatch(client, context.Time).ChangesAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            while (true)
            {
                var view = (await NextAsync(changes, cancellationToken)).FirstOrDefault(one => one.Name == service);
                seen |= view is not null;
                if (view is null && seen)
                {
                    return new RolloutEnd.Superseded("the service was taken down");
                }

                if (view is not null && await JudgeAsync(view, cancellationToken) is { } end)
                {
                    _progress.Show(view);
                    return end;
                }

                if (view is not null)
                {
                    _progress.Show(view);
                }
            }
        }
        finally
        {
            _progress.Clear();
            if (!cancellationToken.IsCancellationRequested)
            {
                await changes.DisposeAsync();
            }
        }
    }

    private async Task<IReadOnlyList<ServiceView>> NextAsync(IAsyncEnumerator<IReadOnlyList<ServiceView>> changes, CancellationToken cancellationToken)
    {
        var next = changes.MoveNextAsync().AsTask();
        while (await Task.WhenAny(next, Task.Delay(Tick, context.Time, cancellationToken)) != next)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _progress.Tick();
        }

        await next;
        return changes.Current;
    }

    private async Task<RolloutEnd?> JudgeAsync(ServiceView view, CancellationToken cancellationToken)
    {
        if (view.TargetVersion == version && view.TargetReplicas == 0)
        {
            return new RolloutEnd.AtZero(view);
        }

        if (view.TargetVersion == version && HasArrived(view))
        {
            return new RolloutEnd.Ready(view);
        }

        return await FailureAsync(view, cancellationToken);
    }

    private bool HasArrived(ServiceView view) =>
        view.Replicas.Count(replica => replica.Version == version && replica.Status == ReplicaStatus.Ready) >= view.TargetReplicas
        && !view.Replicas.Any(replica => replica.Version != version && replica.Status == ReplicaStatus.Ready);

    // The view has no word for a version that was given up beside another that serves; the history has.
    private async Task<RolloutEnd?> FailureAsync(ServiceView view, CancellationToken cancellationToken)
    {
        var suspicion = (view.Status, view.TargetVersion, view.Message);
        var suspicious = view.Status == ServiceStatus.Failed || view.Message is not null || view.TargetVersion != version;
        if (!suspicious)
        {
            _judged = default;
            return null;
        }

        if (suspicion == _judged)
        {
            return null;
        }

        _judged = suspicion;
        try
        {
            var history = await client.HistoryAsync(service, cancellationToken);
            var own = history.Versions.FirstOrDefault(one => one.Number == version);
            if (own is { Status: "FAILED" } || own?.FailedReason is not null)
            {
                return new RolloutEnd.GivenUp(own.FailedReason ?? view.Message ?? "no replica became ready", LastLogLines(view));
            }

            if (own is { Status: "CANARY" })
            {
                return null;
            }

            // The view may be older than the change that is waited for; the history never is.
            if (history.Versions.FirstOrDefault(one => one.Status == "TARGET")?.Number is { } target && target != version)
            {
                return new RolloutEnd.Superseded($"version {target} took its place");
            }
        }
        catch (ControllerRefusedException refused) when (refused.Status == HttpStatusCode.NotFound)
        {
            return new RolloutEnd.Superseded("the service was taken down");
        }

        return null;
    }

    private IReadOnlyList<string> LastLogLines(ServiceView view) => view.Replicas
        .Where(replica => replica.Version == version && replica.Exit is { LastLogLines.Count: > 0 })
        .OrderByDescending(replica => replica.Id)
        .FirstOrDefault()?.Exit?.LastLogLines ?? [];
}

using Sky.Cli.Client;
using Sky.Cli.Terminal;
using Sky.Core.Services;

namespace Sky.Cli.Serve;

/// <summary>Waits until what was taken down is gone, and tells which requests it waits for. Ctrl-C ends only the waiting.</summary>
internal sealed class Removal(CliContext context, ControllerClient client)
{
    private readonly Dictionary<string, int> _told = [];
    private readonly LiveRegion? _region = context.Screen.ErrIsTerminal ? new LiveRegion(context.Screen.Err, context.Screen.Width) : null;

    /// <summary>The exit code.</summary>
    public Task<int> WaitForServicesAsync(IReadOnlyCollection<string> names) => GuardedAsync(async cancellationToken =>
    {
        var left = names.ToHashSet();
        await foreach (var services in new ServiceWatch(client, context.Time).ChangesAsync(cancellationToken))
        {
            var there = services.Where(service => left.Contains(service.Name)).ToList();
            foreach (var service in there)
            {
                TellDraining(service.Name, service.Replicas);
            }

            _region?.Draw([.. there.Select(Picture)]);
            foreach (var name in left.Where(name => there.All(service => service.Name != name)).ToList())
            {
                left.Remove(name);
                Tell($"Service '{name}' is terminated.");
            }

            foreach (var failed in there.Where(service => service.Status == ServiceStatus.FailedCleanup))
            {
                left.Remove(failed.Name);
                context.Screen.Error(context.AsStarted($"Service '{failed.Name}' could not be terminated wholly: {failed.Trouble ?? failed.Message ?? "see status -v"}. It is tried again; `sky serve down {failed.Name} --purge` forgets the service and leaves what still runs of it running."));
                return ExitCode.Failed;
            }

            if (left.Count == 0)
            {
                break;
            }
        }

        return ExitCode.Done;
    });

    /// <summary>The exit code.</summary>
    public Task<int> WaitForReplicaAsync(string name, int replica) => GuardedAsync(async cancellationToken =>
    {
        await foreach (var services in new ServiceWatch(client, context.Time).ChangesAsync(cancellationToken))
        {
            var one = services.FirstOrDefault(service => service.Name == name)?.Replicas.FirstOrDefault(row => row.Id == replica);
            if (one is null)
            {
                Tell($"Replica {replica} of service '{name}' is terminated.");
                return ExitCode.Done;
            }

            if (one.Status == ReplicaStatus.FailedCleanup)
            {
                context.Screen.Error($"Replica {replica} could not be terminated: {one.Reason}. It is tried again.");
                return ExitCode.Failed;
            }

            TellDraining(name, [one]);
            _region?.Draw([$"  replica {replica} {StatusWords.Of(one.Status)}: {Draining.Of([one])?.Text(context.Time) ?? one.Reason}"]);
        }

        return ExitCode.Done;
    });

    private string Picture(ServiceView service)
    {
        var waiting = Draining.Of(service.Replicas) is { } draining ? $"; {draining.Text(context.Time)}" : "";
        return $"  {service.Name} {StatusWords.Of(service.Status)}: {ReplicaCount.Text(service.Replicas.Count)} left{waiting}";
    }

    /// <summary>Says what is waited for, once and again when it has become less; a terminal with a live picture is told how to cut it only.</summary>
    private void TellDraining(string service, IEnumerable<ReplicaView> replicas)
    {
        if (Draining.Of(replicas) is not { } draining || _told.GetValueOrDefault(service) == draining.Requests)
        {
            return;
        }

        var first = _told.TryAdd(service, draining.Requests);
        _told[service] = draining.Requests;
        if (first || _region is null)
        {
            _region?.Clear();
            var hint = first ? " New ones are refused. --now cuts them; Ctrl-C ends only the waiting." : "";
            context.Screen.ErrorLine($"Waiting for '{service}': {draining.Text(context.Time)}.{hint}");
        }
    }

    private void Tell(string line)
    {
        _region?.Clear();
        context.Screen.Line(line);
        context.Screen.Flush();
    }

    private async Task<int> GuardedAsync(Func<CancellationToken, Task<int>> wait)
    {
        try
        {
            return await wait(context.Interrupts.Watch());
        }
        catch (OperationCanceledException) when (context.Interrupts.Happened)
        {
            context.Screen.ErrorLine(context.AsStarted("It goes on without you. See 'sky serve status'."));
            return ExitCode.Interrupted;
        }
        finally
        {
            _region?.Clear();
        }
    }
}

using System.Globalization;
using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Specs;

namespace Sky.Providers.Engines.Docker;

/// <summary>Which GPUs of the machine a container is given, so that no two have the same. Asked by number alone, Docker gives the first ones to everybody.</summary>
/// <param name="docker">The engine.</param>
/// <param name="count">GPUs of the machine; null: not known, and Docker chooses.</param>
internal sealed class GpuChoice(DockerCalls docker, Func<Task<int?>>? count) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Held from the choice to the creation of the container that has them.</summary>
    public async Task<IDisposable?> HoldAsync(ResourceCandidate resources, CancellationToken cancellationToken)
    {
        if (resources.AcceleratorCount <= 0)
        {
            return null;
        }

        await _gate.WaitAsync(cancellationToken);
        return new Held(_gate);
    }

    /// <summary>Docker's ids of those it gets; null where it asks for none, or the number of GPUs is not known.</summary>
    public async Task<IReadOnlyList<string>?> ChooseAsync(ResourceCandidate resources, CancellationToken cancellationToken)
    {
        if (resources.AcceleratorCount <= 0 || count is null || await count() is not { } all)
        {
            return null;
        }

        var listed = await docker.DoAsync(client => client.Containers.ListContainersAsync(
            new ContainersListParameters
            {
                Filters = new Dictionary<string, IDictionary<string, bool>>
                {
                    ["status"] = new Dictionary<string, bool> { ["created"] = true, ["running"] = true, ["paused"] = true, ["restarting"] = true },
                },
            },
            cancellationToken));
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var container in listed)
        {
            taken.UnionWith((await docker.ContainerAsync(container.ID, cancellationToken))?.Gpus ?? []);
        }

        return Choose(resources.AcceleratorCount, all, taken);
    }

    /// <summary>The lowest that are free.</summary>
    /// <exception cref="EngineException">There are not as many.</exception>
    public static IReadOnlyList<string> Choose(double wanted, int total, IReadOnlySet<string> taken)
    {
        var count = (int)Math.Ceiling(wanted);
        var free = Enumerable.Range(0, total).Select(number => number.ToString(CultureInfo.InvariantCulture)).Where(id => !taken.Contains(id)).ToList();
        return free.Count >= count
            ? free[..count]
            : throw new EngineException(EngineFailure.NoCapacity, $"{count} GPUs are asked for, and {free.Count} of this machine's {total} are free");
    }

    public void Dispose() => _gate.Dispose();

    private sealed class Held(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}

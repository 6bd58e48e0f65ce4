using System.Runtime.CompilerServices;
using System.Text.Json;
using Sky.Core.Services;

namespace Sky.Cli.Client;

/// <summary>The services as they are now and whenever that changes. A broken stream is opened again: it begins with the present state.</summary>
internal sealed class ServiceWatch(ControllerClient client, TimeProvider time)
{
    private const int MostBroken = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly SortedDictionary<string, (ServiceView View, long At)> _services = new(StringComparer.Ordinal);

    /// <summary>Goes on until cancelled.</summary>
    public async IAsyncEnumerable<IReadOnlyList<ServiceView>> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var broken = 0;
        while (true)
        {
            await using var lines = client.LinesAsync("services/watch", cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(lines, broken))
            {
                broken = 0;
                if (Apply(lines.Current))
                {
                    yield return [.. _services.Values.Select(known => Aged(known.View, known.At))];
                }
            }

            broken++;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>The stream tells of a service only when it changes; its uptime passes meanwhile.</summary>
    private ServiceView Aged(ServiceView view, long at) =>
        view with { UptimeSeconds = view.UptimeSeconds + (long)time.GetElapsedTime(at).TotalSeconds };

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<string> lines, int broken)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (Exception failure) when (failure is IOException || (failure is ControllerUnreachableException && broken < MostBroken))
        {
            return false;
        }
    }

    /// <summary>False for a line that says nothing, such as a sign of life.</summary>
    private bool Apply(string line)
    {
        if (line.Length == 0)
        {
            return false;
        }

        using var document = JsonDocument.Parse(line);
        var change = document.RootElement;
        if (change.TryGetProperty("services", out var all))
        {
            _services.Clear();
            foreach (var service in ServiceViewReader.ReadAll(all))
            {
                _services[service.Name] = (service, time.GetTimestamp());
            }

            return true;
        }

        if (change.TryGetProperty("gone", out var gone))
        {
            return _services.Remove(gone.GetString()!);
        }

        if (!change.TryGetProperty("service", out var one))
        {
            return false;
        }

        var changed = ServiceViewReader.Read(one);
        _services[changed.Name] = (changed, time.GetTimestamp());
        return true;
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Sky.Core.Services;

namespace Sky.Cli.Client;

/// <summary>The services as they are now and whenever that changes. A broken stream is opened again: it begins with the present state.</summary>
internal sealed class ServiceWatch(ControllerClient client, TimeProvider time)
{
    private const int MostBroken = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly SortedDictionary<string, ServiceView> _services = new(StringComparer.Ordinal);

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
                    yield return [.. _services.Values];
                }
            }

            broken++;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

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
                _services[service.Name] = service;
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
        _services[changed.Name] = changed;
        return true;
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Sky.Controller.Api;
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
        if (line.Length == 0 || JsonSerializer.Deserialize(line, ApiJson.Default.ServicesChange) is not { } change)
        {
            return false;
        }

        if (change.Services is { } all)
        {
            _services.Clear();
            foreach (var service in all)
            {
                _services[service.Name] = service;
            }

            return true;
        }

        if (change.Gone is { } gone)
        {
            return _services.Remove(gone);
        }

        if (change.Service is { } changed)
        {
            _services[changed.Name] = changed;
        }

        return change.Service is not null;
    }
}

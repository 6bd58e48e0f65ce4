using System.Runtime.CompilerServices;
using System.Text.Json;
using Sky.Controller.Api;
using Sky.Core.Services;

namespace Sky.Cli.Client;

/// <summary>The services as they are now and whenever that changes. A broken stream is opened again: it begins with the present state.</summary>
internal sealed class ServiceWatch(ControllerClient client, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly SortedDictionary<string, ServiceView> _services = new(StringComparer.Ordinal);

    /// <summary>Goes on until cancelled.</summary>
    public async IAsyncEnumerable<IReadOnlyList<ServiceView>> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var lines = client.LinesAsync("services/watch", cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(lines))
            {
                if (Apply(lines.Current))
                {
                    yield return [.. _services.Values];
                }
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<string> lines)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>False for a line that says nothing, such as a sign of life.</summary>
    private bool Apply(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return false;
        }

        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Array)
        {
            _services.Clear();
            foreach (var service in root.Deserialize(ApiJson.Default.IReadOnlyListServiceView)!)
            {
                _services[service.Name] = service;
            }

            return true;
        }

        if (!root.TryGetProperty("name", out var name))
        {
            return false;
        }

        if (root.TryGetProperty("removed", out var removed) && removed.ValueKind == JsonValueKind.True)
        {
            return _services.Remove(name.GetString()!);
        }

        _services[name.GetString()!] = root.Deserialize(ApiJson.Default.ServiceView)!;
        return true;
    }
}

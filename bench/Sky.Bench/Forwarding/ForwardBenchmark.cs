using System.Globalization;
using System.Text;
using Sky.Testing.Processes;

namespace Sky.Bench.Forwarding;

/// <summary>
/// Processor time for one forwarded request and for one event of a streamed answer: our gateway beside bare YARP, and nginx and haproxy
/// where they are installed.
/// </summary>
internal static class ForwardBenchmark
{
    private const int Rounds = 5;
    private const double MostOverBare = 1.25;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);

    /// <summary>Returns 1 when a request through ours costs more than is wanted.</summary>
    public static async Task<int> RunAsync(int seconds, CancellationToken cancellationToken)
    {
        var requests = await MeasureAsync(ForwardCase.Requests, seconds, cancellationToken);
        var events = await MeasureAsync(ForwardCase.Events, seconds, cancellationToken);
        var ratio = requests[0].Over(requests[1]);
        var text = new StringBuilder("# Forwarding: processor time for one request and for one streamed event\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `dotnet run -c Release --project bench/Sky.Bench -- forward {seconds}` on {ResultFile.Machine}.\n");
        text.Append(CultureInfo.InvariantCulture, $"{Rounds} alternating rounds of {seconds} s; user and system time of the proxy's process alone.\n\n");
        Describe(text, ForwardCase.Requests, requests);
        text.Append(CultureInfo.InvariantCulture, $"Ours over bare YARP, median of the rounds: **{ratio:F2}** (at most {MostOverBare} is wanted).\n\n");
        Describe(text, ForwardCase.Events, events);
        text.Append(CultureInfo.InvariantCulture, $"Ours over bare YARP, median of the rounds: **{events[0].Over(events[1]):F2}**.\n");
        await ResultFile.WriteAsync("forward.md", text.ToString(), cancellationToken);
        return ratio <= MostOverBare ? 0 : 1;
    }

    private static async Task<List<ProxyCost>> MeasureAsync(ForwardCase load, int seconds, CancellationToken cancellationToken)
    {
        var files = Directory.CreateTempSubdirectory("sky-bench-");
        var processes = new List<ProxyProcess>();
        try
        {
            var backend = FreePorts.Take(1)[0];
            var (program, arguments) = load.Backend(backend);
            processes.Add(await ProxyProcess.StartAsync("backend", load.Path, backend, program, arguments, cancellationToken));
            var proxies = await StartProxiesAsync(load, files.FullName, backend, processes, cancellationToken);
            var costs = await CostsAsync(load, [.. proxies.Select(p => p.Process).OfType<ProxyProcess>()], TimeSpan.FromSeconds(seconds), cancellationToken);
            return [.. proxies.Select(p => new ProxyCost(p.Name, p.Process is { } running ? costs[running] : null))];
        }
        finally
        {
            processes.ForEach(p => p.Dispose());
            files.Delete(recursive: true);
        }
    }

    private static async Task<List<(string Name, ProxyProcess? Process)>> StartProxiesAsync(
        ForwardCase load, string files, int backend, List<ProxyProcess> processes, CancellationToken cancellationToken)
    {
        var url = $"http://127.0.0.1:{backend}";
        var ports = FreePorts.Take(4);
        var proxies = new List<(string, ProxyProcess?)>();
        await AddAsync("skyswarm gateway", $"/services/{Servers.Service}{load.Path}", ports[0], Environment.ProcessPath, ["gateway", $"{ports[0]}", url]);
        await AddAsync("bare YARP", load.Path, ports[1], Environment.ProcessPath, ["bare", $"{ports[1]}", url]);
        var nginx = await FileAsync("nginx.conf", OtherProxies.Nginx(files, ports[2], backend));
        await AddAsync("nginx", load.Path, ports[2], Installed("nginx"), ["-c", nginx, "-e", Path.Combine(files, "error.log")]);
        var haproxy = await FileAsync("haproxy.cfg", OtherProxies.Haproxy(ports[3], backend));
        await AddAsync("haproxy", load.Path, ports[3], Installed("haproxy"), ["-db", "-f", haproxy]);
        return proxies;

        async Task AddAsync(string name, string path, int port, string? program, string[] arguments)
        {
            var process = program is null ? null : await ProxyProcess.StartAsync(name, path, port, program, arguments, cancellationToken);
            proxies.Add((name, process));
            if (process is not null)
            {
                processes.Add(process);
            }
        }

        async Task<string> FileAsync(string name, string content)
        {
            var path = Path.Combine(files, name);
            await File.WriteAllTextAsync(path, content, cancellationToken);
            return path;
        }
    }

    /// <summary>Microseconds for a unit, by round. Rounds alternate, so that what else the machine does falls on all.</summary>
    private static async Task<Dictionary<ProxyProcess, double[]>> CostsAsync(
        ForwardCase load, IReadOnlyList<ProxyProcess> proxies, TimeSpan duration, CancellationToken cancellationToken)
    {
        foreach (var proxy in proxies)
        {
            await load.Load(proxy.Port, proxy.Path, WarmUp, cancellationToken);
        }

        var costs = proxies.ToDictionary(proxy => proxy, _ => new double[Rounds]);
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < proxies.Count; i++)
            {
                var proxy = proxies[(i + round) % proxies.Count];
                var before = proxy.ProcessorSeconds();
                var units = await load.Load(proxy.Port, proxy.Path, duration, cancellationToken);
                costs[proxy][round] = (proxy.ProcessorSeconds() - before) * 1e6 / units;
            }
        }

        return costs;
    }

    private static void Describe(StringBuilder text, ForwardCase load, IReadOnlyList<ProxyCost> costs)
    {
        text.Append(CultureInfo.InvariantCulture, $"{load.Description}:\n\n| proxy | µs a {load.Unit} (median) | rounds |\n| --- | ---: | --- |\n");
        foreach (var cost in costs)
        {
            text.Append(cost.Microseconds is { } rounds
                ? string.Create(CultureInfo.InvariantCulture, $"| {cost.Proxy} | {cost.Median:F1} | {string.Join(", ", rounds.Select(c => c.ToString("F1", CultureInfo.InvariantCulture)))} |\n")
                : $"| {cost.Proxy} | not installed |  |\n");
        }

        text.Append('\n');
    }

    private static string? Installed(string name) =>
        new[] { "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin" }.Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);
}

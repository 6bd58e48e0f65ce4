using System.Globalization;
using System.Text;
using Sky.Testing.Processes;

namespace Sky.Bench.Forwarding;

/// <summary>
/// Processor time for one unit of a load: our gateway beside bare YARP, and nginx and haproxy where they are installed, each before the
/// same server.
/// </summary>
internal static class ProxyComparison
{
    public const int Rounds = 5;

    /// <summary>How the program itself runs a gateway (Sky.Cli.csproj): idle workers sleep at once. Bare YARP has the runtime's own defaults.</summary>
    public static readonly IReadOnlyDictionary<string, string> AsSky = new Dictionary<string, string> { ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0" };

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);

    /// <summary>What each cost: ours first, then bare YARP, then the others.</summary>
    public static async Task<List<ProxyCost>> MeasureAsync(ForwardCase load, int seconds, CancellationToken cancellationToken)
    {
        var result = new List<ProxyCost>();
        await WithProxiesAsync(load, async proxies =>
        {
            var costs = await CostsAsync(load, [.. proxies.Select(p => p.Process).OfType<ProxyProcess>()], TimeSpan.FromSeconds(seconds), cancellationToken);
            result.AddRange(proxies.Select(p => new ProxyCost(p.Name, p.Process is { } running ? costs[running] : null)));
        }, cancellationToken);
        return result;
    }

    /// <summary>Does something with all of them before one server; those that are not installed are null.</summary>
    public static async Task WithProxiesAsync(
        ForwardCase load, Func<List<(string Name, ProxyProcess? Process)>, Task> measure, CancellationToken cancellationToken)
    {
        var files = Directory.CreateTempSubdirectory("sky-bench-");
        var processes = new List<ProxyProcess>();
        await using var controller = await StubController.StartAsync(cancellationToken);
        try
        {
            var backend = FreePorts.Take(1)[0];
            var (program, arguments) = load.Backend(backend);
            processes.Add(await ProxyProcess.StartAsync("backend", load.Path, backend, program, arguments, cancellationToken));
            await measure(await StartProxiesAsync(load, files.FullName, backend, controller, processes, cancellationToken));
        }
        finally
        {
            processes.ForEach(p => p.Dispose());
            files.Delete(recursive: true);
        }
    }

    private static async Task<List<(string Name, ProxyProcess? Process)>> StartProxiesAsync(
        ForwardCase load, string files, int backend, StubController controller, List<ProxyProcess> processes, CancellationToken cancellationToken)
    {
        var url = $"http://127.0.0.1:{backend}";
        var ports = FreePorts.Take(4);
        var proxies = new List<(string, ProxyProcess?)>();
        await AddAsync("skyswarm gateway", load.GatewayPath, ports[0], Environment.ProcessPath, [load.Gateway, $"{ports[0]}", url, controller.Address], AsSky);
        await AddAsync("bare YARP", load.Path, ports[1], Environment.ProcessPath, ["bare", $"{ports[1]}", url]);
        var nginx = await FileAsync("nginx.conf", OtherProxies.Nginx(files, ports[2], backend));
        await AddAsync("nginx", load.Path, ports[2], Installed("nginx"), ["-c", nginx, "-e", Path.Combine(files, "error.log")]);
        var haproxy = await FileAsync("haproxy.cfg", OtherProxies.Haproxy(ports[3], backend));
        await AddAsync("haproxy", load.Path, ports[3], Installed("haproxy"), ["-db", "-f", haproxy]);
        return proxies;

        async Task AddAsync(string name, string path, int port, string? program, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
        {
            var process = program is null ? null : await ProxyProcess.StartAsync(name, path, port, program, arguments, cancellationToken, environment);
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
                var units = await LoadAsync(load, proxy, duration, cancellationToken);
                costs[proxy][round] = (proxy.ProcessorSeconds() - before) * 1e6 / units;
            }
        }

        return costs;
    }

    private static async Task<long> LoadAsync(ForwardCase load, ProxyProcess proxy, TimeSpan duration, CancellationToken cancellationToken)
    {
        try
        {
            return await load.Load(proxy.Port, proxy.Path, duration, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{proxy.Name} did not answer as it should", failure);
        }
    }

    /// <summary>A table of them.</summary>
    public static void Describe(StringBuilder text, ForwardCase load, IReadOnlyList<ProxyCost> costs)
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

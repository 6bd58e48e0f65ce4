using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sky.Bench.Forwarding;

/// <summary>Processor time for one forwarded request: our gateway beside bare YARP, and nginx and haproxy where they are installed.</summary>
internal static class ForwardBenchmark
{
    private const int Rounds = 5;
    private const int Connections = 32;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);

    public static async Task<int> RunAsync(int seconds, CancellationToken cancellationToken)
    {
        var files = Directory.CreateTempSubdirectory("sky-bench-");
        var processes = new List<ProxyProcess>();
        try
        {
            var backend = FreePort();
            processes.Add(await SelfAsync("backend", "/", backend, ["backend", $"{backend}"], cancellationToken));
            var proxies = await StartProxiesAsync(files.FullName, backend, processes, cancellationToken);
            var costs = await MeasureAsync(proxies, TimeSpan.FromSeconds(seconds), cancellationToken);
            var text = Describe(proxies, costs, seconds);
            await ResultFile.WriteAsync("forward.md", text, cancellationToken);
            return 0;
        }
        finally
        {
            processes.ForEach(p => p.Dispose());
            files.Delete(recursive: true);
        }
    }

    private static async Task<List<ProxyProcess>> StartProxiesAsync(
        string files, int backend, List<ProxyProcess> processes, CancellationToken cancellationToken)
    {
        var url = $"http://127.0.0.1:{backend}";
        var (ours, bare, nginx, haproxy) = (FreePort(), FreePort(), FreePort(), FreePort());
        var proxies = new List<ProxyProcess>();
        async Task AddAsync(Task<ProxyProcess> starting)
        {
            proxies.Add(await starting);
            processes.Add(proxies[^1]);
        }

        await AddAsync(SelfAsync("skyswarm gateway", $"/services/{Servers.Service}/v1/x", ours, ["gateway", $"{ours}", url], cancellationToken));
        await AddAsync(SelfAsync("bare YARP", "/v1/x", bare, ["bare", $"{bare}", url], cancellationToken));
        if (Installed("nginx") is { } nginxFile)
        {
            var config = Path.Combine(files, "nginx.conf");
            await File.WriteAllTextAsync(config, OtherProxies.Nginx(files, nginx, backend), cancellationToken);
            await AddAsync(ProxyProcess.StartAsync("nginx", "/v1/x", nginx, nginxFile, ["-c", config, "-e", Path.Combine(files, "error.log")], cancellationToken));
        }

        if (Installed("haproxy") is { } haproxyFile)
        {
            var config = Path.Combine(files, "haproxy.cfg");
            await File.WriteAllTextAsync(config, OtherProxies.Haproxy(haproxy, backend), cancellationToken);
            await AddAsync(ProxyProcess.StartAsync("haproxy", "/v1/x", haproxy, haproxyFile, ["-db", "-f", config], cancellationToken));
        }

        return proxies;
    }

    /// <summary>Microseconds for a request, by proxy and round. Rounds alternate, so that what else the machine does falls on all.</summary>
    private static async Task<double[][]> MeasureAsync(List<ProxyProcess> proxies, TimeSpan duration, CancellationToken cancellationToken)
    {
        foreach (var proxy in proxies)
        {
            await LoadGenerator.RunAsync(proxy.Port, proxy.Path, Connections, WarmUp, cancellationToken);
        }

        var costs = proxies.Select(_ => new double[Rounds]).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < proxies.Count; i++)
            {
                var proxy = proxies[(i + round) % proxies.Count];
                var before = proxy.ProcessorSeconds();
                var requests = await LoadGenerator.RunAsync(proxy.Port, proxy.Path, Connections, duration, cancellationToken);
                costs[(i + round) % proxies.Count][round] = (proxy.ProcessorSeconds() - before) * 1e6 / requests;
            }
        }

        return costs;
    }

    private static string Describe(List<ProxyProcess> proxies, double[][] costs, int seconds)
    {
        var text = new StringBuilder("# Forwarding: processor time for one request\n\n");
        text.Append("Made by `dotnet run -c Release --project bench/Sky.Bench -- forward ").Append(seconds).Append("` on ");
        text.Append(ResultFile.Machine).Append(".\n");
        text.Append(Connections).Append(" connections, a POST of 16 bytes, an answer of 1 KiB, ").Append(Rounds).Append(" alternating rounds of ");
        text.Append(seconds).Append(" s; user and system time of the proxy's process alone.\n\n| proxy | µs a request (median) | rounds |\n| --- | ---: | --- |\n");
        for (var i = 0; i < proxies.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {proxies[i].Name} | {Median(costs[i]):F1} | {string.Join(", ", costs[i].Select(c => c.ToString("F1", CultureInfo.InvariantCulture)))} |\n");
        }

        var ratio = Median(costs[0].Zip(costs[1], (ours, bare) => ours / bare).ToArray());
        text.Append(CultureInfo.InvariantCulture, $"\nOurs over bare YARP, median of the rounds: **{ratio:F2}** (at most 1.25 is wanted).\n");
        return text.ToString();
    }

    private static Task<ProxyProcess> SelfAsync(string name, string path, int port, string[] arguments, CancellationToken cancellationToken) =>
        ProxyProcess.StartAsync(name, path, port, Environment.ProcessPath!, arguments, cancellationToken);

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static string? Installed(string name) =>
        new[] { "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin" }.Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Diagnostics;
using Sky.Testing.Processes;

namespace Sky.Providers.Tests.Metrics;

/// <summary>A real Prometheus of a test's own on loopback; it scrapes nothing.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private PrometheusServer(Process process, DirectoryInfo folder, string url) => (_process, _folder, Url) = (process, folder, url);

    /// <summary>Null where it can be had, else one line that says why not.</summary>
    public static string? SkipReason { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "prometheus"))) ? null : "prometheus is missing (Debian package: prometheus)";

    public string Url { get; }

    /// <param name="web">Its web.config.file; null: none.</param>
    public static async Task<PrometheusServer> StartAsync(string? web = null)
    {
        var (port, folder) = (FreePorts.Take(1)[0], Directory.CreateTempSubdirectory("sky-prometheus-"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "p.yml"), "scrape_configs: []\n");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "web.yml"), web ?? "");
        // It ends with its keeper, however the tests end.
        var process = Process.Start(new ProcessStartInfo(
            "bash",
            ["-c", "prometheus --config.file=p.yml --web.config.file=web.yml --storage.tsdb.path=data --web.listen-address=127.0.0.1:\"$0\" >/dev/null 2>&1 </dev/null & read -r _; kill $!; wait $!", $"{port}"])
        {
            RedirectStandardInput = true, WorkingDirectory = folder.FullName,
        })!;
        var server = new PrometheusServer(process, folder, $"http://127.0.0.1:{port}");
        using var http = new HttpClient();
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"{server.Url}/-/ready"));
                if (answer.IsSuccessStatusCode || answer.StatusCode == System.Net.HttpStatusCode.Unauthorized || watch.Elapsed > Deadline)
                {
                    return server;
                }
            }
            catch (HttpRequestException) when (watch.Elapsed < Deadline)
            {
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}

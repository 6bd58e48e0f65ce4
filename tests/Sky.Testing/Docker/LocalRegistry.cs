using System.Diagnostics;
using System.Net;
using Sky.Testing.Processes;

namespace Sky.Testing.Docker;

/// <summary>A registry of a test's own on loopback, Debian's docker-registry, with its files in a folder that goes with it.</summary>
public sealed class LocalRegistry : IAsyncDisposable
{
    /// <summary>Who may use one that asks who one is.</summary>
    public const string User = "sky";

    public const string Password = "open-sesame";

    // Of that password, as htpasswd -B writes it.
    private const string Hash = "$2y$05$abcdefghijklmnopqrstuutXu9KzOt.1yBoZUeFWoT/914/JfszCO";
    private const string Program = "docker-registry";

    /// <summary>The one of a bed; its daemons must be told that it speaks plain HTTP.</summary>
    public const string OfBed = SwarmBed.HubAddress + ":5000";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _client;

    private LocalRegistry(Process process, DirectoryInfo folder, string host, HttpClient client)
    {
        _client = client;
        _process = process;
        _folder = folder;
        Host = host;
    }

    /// <summary>Null where one can be had, else one line that says why not.</summary>
    public static string? SkipReason { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, Program))) ? null : $"{Program} is missing (Debian package: {Program})";

    /// <summary>As it stands before a repository's name.</summary>
    public string Host { get; }

    /// <param name="asks">It asks who one is.</param>
    public static Task<LocalRegistry> StartAsync(bool asks = false) => StartAsync($"127.0.0.1:{FreePorts.Take(1)[0]}", asks, null);

    /// <summary>One for the machines of a bed, in the namespace of their bridge.</summary>
    public static Task<LocalRegistry> StartAsync(SwarmBed bed) => StartAsync(OfBed, asks: false, bed.Hub);

    private static async Task<LocalRegistry> StartAsync(string host, bool asks, string? networkNamespace)
    {
        var folder = Directory.CreateTempSubdirectory("sky-registry-");
        var auth = asks ? $"auth: {{htpasswd: {{realm: test, path: {folder.FullName}/htpasswd}}}}\n" : "";
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "htpasswd"), $"{User}:{Hash}\n");
        var config = Path.Combine(folder.FullName, "config.yml");
        await File.WriteAllTextAsync(
            config, $"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder.FullName}/data}}, delete: {{enabled: true}}}}\nhttp: {{addr: '{host}'}}\n{auth}");
        // It ends with its keeper, however the tests end.
        string[] within = networkNamespace is null ? [] : ["nsenter", $"--net=/run/netns/{networkNamespace}"];
        string[] command = [.. within, "bash", "-c", $"{Program} serve \"$0\" >/dev/null 2>&1 </dev/null & read -r _; kill $!; wait $!", config];
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true })!;
        var registry = new LocalRegistry(process, folder, host, networkNamespace is null ? new HttpClient() : NamespaceSocket.Client(networkNamespace));
        await registry.UntilReadyAsync();
        return registry;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        _process.Dispose();
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task UntilReadyAsync()
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await _client.GetAsync(new Uri($"http://{Host}/v2/"));
                if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (watch.Elapsed < Deadline && !_process.HasExited)
            {
            }

            await Task.Delay(50);
        }
    }
}

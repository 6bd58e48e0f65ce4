using System.Diagnostics;
using Sky.Testing.Processes;

namespace Sky.Testing.Clouds.Aws;

/// <summary>AWS in Python, a server of a test's own on loopback.</summary>
public sealed class MotoServer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    private readonly Process _process;

    private MotoServer(Process process, Uri url)
    {
        _process = process;
        Url = url;
    }

    /// <summary>Null where it can be had, else one line that says why not.</summary>
    public static string? SkipReason { get; } = FindSkipReason();

    public Uri Url { get; }

    /// <param name="images">A file with the machine images there are, in moto's form; null: moto's own.</param>
    public static async Task<MotoServer> StartAsync(string? images = null)
    {
        using var http = new HttpClient();
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var moto = Start(images);
            if (await moto.AnswersAsync(http, watch))
            {
                return moto;
            }

            // It takes seconds to start: another server of these tests has taken its port meanwhile.
            await moto.DisposeAsync();
        }
    }

    private static MotoServer Start(string? images)
    {
        var port = FreePorts.Take(1)[0];
        // It ends with its keeper, however the tests end.
        var start = new ProcessStartInfo(
            "bash", ["-c", "python3 -m moto.server -H 127.0.0.1 -p \"$0\" >/dev/null 2>&1 </dev/null & read -r _; kill $!; wait $!", $"{port}"]) { RedirectStandardInput = true };
        if (images is not null)
        {
            start.Environment["MOTO_AMIS_PATH"] = images;
        }

        return new MotoServer(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}/"));
    }

    private async Task<bool> AnswersAsync(HttpClient http, Stopwatch watch)
    {
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(Url, "moto-api/data.json"));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException) when (watch.Elapsed < Deadline)
            {
                await Task.Delay(50);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        _process.Dispose();
    }

    private static string? FindSkipReason()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["-c", "import moto.server, flask"]) { RedirectStandardError = true })!;
            python.WaitForExit();
            return python.ExitCode == 0 ? null : "moto is missing (pip install 'moto[server]')";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "python3 is missing (Debian package: python3)";
        }
    }
}

using System.Diagnostics;
using Xunit;

namespace Sky.SystemTests.Gateway.Telemetry;

/// <summary>Prometheus' own checker.</summary>
internal static class Promtool
{
    private static readonly string? Path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .Select(folder => System.IO.Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists);

    /// <summary>Exit code and everything it wrote; skips the test where it is missing.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string input, params string[] arguments)
    {
        Assert.SkipWhen(Path is null, "promtool is missing (Debian package: prometheus)");
        var start = new ProcessStartInfo(Path) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return (process.ExitCode, await output + await error);
    }
}

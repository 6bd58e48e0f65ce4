using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sky.Bench.Forwarding;
using Sky.Testing.Processes;

namespace Sky.Bench.Gateway;

/// <summary>Where the gateway's processor time goes with everything on, sampled by Linux's <c>perf</c>.</summary>
internal static partial class Profile
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    /// <summary>The runtime writes a map of what it compiles, at addresses that perf sees as well.</summary>
    private static readonly Dictionary<string, string> Mapped = new(ProxyComparison.AsSky) { ["DOTNET_PerfMapEnabled"] = "1", ["DOTNET_EnableWriteXorExecute"] = "0" };

    /// <summary>Returns 2 where perf is not installed.</summary>
    public static async Task<int> RunAsync(int seconds, CancellationToken cancellationToken)
    {
        if (!File.Exists("/usr/bin/perf"))
        {
            await Console.Error.WriteLineAsync("perf is not installed: on Debian it is in the package linux-perf");
            return 2;
        }

        var text = new StringBuilder("# Where the gateway's processor time goes\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `dotnet run -c Release --project bench/Sky.Bench -- profile {seconds}` on {ResultFile.Machine}.\n");
        text.Append("The loads are those of [gateway.md](gateway.md), everything on.\n");
        foreach (var load in new[] { ForwardCase.Calls, ForwardCase.CallEvents })
        {
            await DescribeAsync(text, load, seconds, cancellationToken);
        }

        await ResultFile.WriteAsync("profile.md", text.ToString(), cancellationToken);
        return 0;
    }

    private static async Task DescribeAsync(StringBuilder text, ForwardCase load, int seconds, CancellationToken cancellationToken)
    {
        await using var controller = await StubController.StartAsync(cancellationToken);
        var ports = FreePorts.Take(2);
        var (program, arguments) = load.Backend(ports[0]);
        using var backend = await ProxyProcess.StartAsync("backend", "/", ports[0], program, arguments, cancellationToken);
        using var gateway = await ProxyProcess.StartAsync(
            "gateway",
            load.GatewayPath,
            ports[1],
            Environment.ProcessPath!,
            [load.Gateway, $"{ports[1]}", $"http://127.0.0.1:{ports[0]}", controller.Address],
            cancellationToken,
            Mapped);
        await load.Load(gateway.Port, gateway.Path, WarmUp, cancellationToken);
        var samples = Path.GetTempFileName();
        try
        {
            using var record = Process.Start(
                new ProcessStartInfo("perf", ["record", "-q", "-F", "2999", "-g", "-p", $"{gateway.Id}", "-o", samples, "--", "sleep", $"{seconds}"]))!;
            await load.Load(gateway.Port, gateway.Path, TimeSpan.FromSeconds(seconds + 1), cancellationToken);
            await record.WaitForExitAsync(cancellationToken);
            text.Append(CultureInfo.InvariantCulture, $"\n## A {load.Unit}\n\n{load.Description}.\n");
            Table(text, "Time in the code of each module itself, in percent", "module", Modules(await ReportAsync(samples, "--no-children", cancellationToken)));
            Table(text, "Time in our own methods and in what they call before they wait, in percent", "method", Stages(await ReportAsync(samples, "--children", cancellationToken)));
        }
        finally
        {
            File.Delete(samples);
        }
    }

    private static async Task<string[]> ReportAsync(string samples, string kind, CancellationToken cancellationToken)
    {
        using var report = Process.Start(new ProcessStartInfo("perf", ["report", "-i", samples, kind, "-g", "none", "--sort", "symbol", "--stdio"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        report.ErrorDataReceived += (_, _) => { };
        report.BeginErrorReadLine();
        var text = await report.StandardOutput.ReadToEndAsync(cancellationToken);
        await report.WaitForExitAsync(cancellationToken);
        return text.Split('\n');
    }

    /// <summary>Share of the time spent in each module itself, largest first.</summary>
    private static List<(string Name, double Share)> Modules(IEnumerable<string> report) =>
    [
        .. report.Select(line => SelfLine().Match(line)).Where(m => m.Success)
            .GroupBy(m => ModuleOf(m.Groups[2].Value, m.Groups[3].Value), m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))
            .Select(g => (g.Key, g.Sum())).OrderByDescending(g => g.Item2).Take(12),
    ];

    private static string ModuleOf(string space, string symbol) => space == "k"
        ? "the kernel (mostly its network stack)"
        : Module().Match(symbol) is { Success: true } module
            ? module.Groups[1].Value switch { "System.Runtime" => "System.Private.CoreLib", var name => name }
            : "native code of the runtime, libc, OpenSSL";

    /// <summary>Share of the time spent in our methods and in what they call, largest first; methods that wait appear with their synchronous parts.</summary>
    private static List<(string Name, double Share)> Stages(IEnumerable<string> report) =>
    [
        .. report.Select(line => StageLine().Match(line)).Where(m => m.Success)
            .Select(m => (m.Groups[2].Value.Replace("+<", ".", StringComparison.Ordinal).Replace("::", ".", StringComparison.Ordinal).TrimEnd('>'), double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)))
            .OrderByDescending(s => s.Item2).Take(20),
    ];

    private static void Table(StringBuilder text, string title, string head, List<(string Name, double Share)> rows)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{title}:\n\n| {head} | % |\n| --- | ---: |\n");
        rows.ForEach(row => text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Share:F1} |\n"));
    }

    [GeneratedRegex(@"^\s*([\d.]+)%\s+\[(.)\]\s+(.*)$")]
    private static partial Regex SelfLine();

    /// <summary>The module is named right before the type whose method it is.</summary>
    [GeneratedRegex(@"\[([A-Za-z][\w.]*)\]\s(?:\w+\.)+[\w`+/<>]*(?:\[[^\]]*\])?::")]
    private static partial Regex Module();

    [GeneratedRegex(@"^\s*([\d.]+)%\s+[\d.]+%\s+\[\.\]\s+(?!.*AsyncStateMachineBox).*\[Sky\.\w+\] Sky\.\w+\.([\w.]+(?:\+<\w+>|::\w+))")]
    private static partial Regex StageLine();
}

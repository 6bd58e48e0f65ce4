using System.Diagnostics;
using Sky.Testing.Processes;

namespace Sky.Bench.Commands;

/// <summary>
/// How long a person waits at the prompt, with a running controller: <c>sky serve up</c> of a ready-to-run service from Enter to the
/// first 200 through the gateway, and <c>sky serve status</c>; both through the launcher.
/// </summary>
internal static class CommandBenchmark
{
    private const int Rounds = 11;
    private const double MostOfUp = 500;
    private const double MostOfStatus = 150;
    private const double MostAway = 2000;

    /// <summary>Returns 1 when a median is not below what is wanted.</summary>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var sky = new SkyMachine(Path.Combine(SkyProgram.Root, "sky"));
        await sky.OkAsync("controller", "start");
        var up = new List<double>();
        var own = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            own.Add(await ReplicaAloneAsync(sky, cancellationToken));
            up.Add(await UpAsync(sky, $"svc{round}", cancellationToken));
            await sky.OkAsync("serve", "down", $"svc{round}", "-y");
        }

        foreach (var name in new[] { "one", "two", "three" })
        {
            await UpAsync(sky, name, cancellationToken);
        }

        var controller = await Recovery.OfControllerAsync(sky, Rounds, cancellationToken);
        var gateway = await Recovery.OfGatewayAsync(sky, Rounds, cancellationToken);
        var status = new List<double>();
        var nothing = new List<double>();
        for (var round = 0; round < 2 * Rounds; round++)
        {
            status.Add(await WallAsync(sky, "serve", "status"));
            nothing.Add(await WallAsync(sky, "--version"));
        }

        double[] overhead = [.. up.Zip(own, (all, alone) => all - alone)];
        await ResultFile.WriteAsync("commands.md", string.Join('\n',
        [
            "# What a person waits for at the prompt",
            "",
            $"Made by `dotnet run -c Release --project bench/Sky.Bench -- commands` on {ResultFile.Machine}.",
            "Through the launcher `./sky`, with a running controller, which has no other service during `up`, and three during `status`.",
            "The replica is a small ASP.NET program, probed at the default interval. Wanted is said of the median.",
            "",
            "| wall time in ms | min | median | max | wanted |",
            "| --- | ---: | ---: | ---: | ---: |",
            Row("`sky serve up -y`, Enter to the first 200 through the gateway", up, ""),
            Row("the replica alone, started by bash, to its first 200", own, ""),
            Row("**`up` minus the replica's own time**, pair by pair", overhead, $"< {MostOfUp}"),
            Row("**`sky serve status`**", status, $"< {MostOfStatus}"),
            Row("`sky --version`: what starting the program costs", nothing, ""),
            Row("kill -9 of the controller, to the next that answers", controller, $"< {MostAway}"),
            Row("kill -9 of the gateway, to the next that answers", gateway, $"< {MostAway}"),
            "",
        ]), cancellationToken);
        var reached = Median(overhead) < MostOfUp && Median(status) < MostOfStatus && Median(controller) < MostAway && Median(gateway) < MostAway;
        return reached ? 0 : 1;
    }

    private static string Row(string what, IReadOnlyCollection<double> values, string wanted) =>
        $"| {what} | {values.Min():0} | {Median(values):0} | {values.Max():0} | {wanted} |";

    private static double Median(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<double> UpAsync(SkyMachine sky, string name, CancellationToken cancellationToken)
    {
        var file = sky.WriteFile($"{name}/sky-serve.yaml", TestService.Yaml().Replace("endpoint_probe_interval_seconds: 0.2", "endpoint_probe_interval_seconds: 10", StringComparison.Ordinal));
        var clock = Stopwatch.StartNew();
        using var process = sky.Start("serve", "up", file, "-y");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await FirstAnswerAsync(sky, $"{sky.GatewayUrl}/services/{name}/", cancellationToken);
        var taken = clock.Elapsed.TotalMilliseconds;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? taken : throw new InvalidOperationException(await output + await error);
    }

    private static async Task<double> ReplicaAloneAsync(SkyMachine sky, CancellationToken cancellationToken)
    {
        var port = FreePorts.Take(1)[0];
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", $"exec {SkyProgram.TestReplica} {port}"]) { RedirectStandardOutput = true })!;
        await FirstAnswerAsync(sky, $"http://127.0.0.1:{port}/", cancellationToken);
        var taken = clock.Elapsed.TotalMilliseconds;
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
        return taken;
    }

    private static async Task FirstAnswerAsync(SkyMachine sky, string url, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(60))
        {
            try
            {
                using var answer = await sky.Client.GetAsync(url, cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Nobody listens yet.
            }

            await Task.Delay(5, cancellationToken);
        }

        throw new TimeoutException($"{url} never answered");
    }

    private static async Task<double> WallAsync(SkyMachine sky, params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        await sky.OkAsync(arguments);
        return clock.Elapsed.TotalMilliseconds;
    }
}

using System.CommandLine;
using System.Globalization;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Cli.Terminal;
using Sky.Gateway.Simulation;

namespace Sky.Cli.Simulate;

/// <summary><c>sky simulate routing --trace FILE</c></summary>
internal sealed class RoutingVerb(CliContext context)
{
    public static Command Build(CliContext context)
    {
        var options = new RoutingOptions();
        var output = ServiceArguments.Output();
        var command = new SkyCommand("routing", "Run the load-balancing policies over a recorded workload, in virtual time.")
        {
            Examples =
            [
                ("sky simulate routing --trace requests.jsonl", "all policies side by side"),
                ("sky simulate routing --trace requests.jsonl --policy auto,prefix --replicas 16 -o json", "two of them, for programs"),
            ],
        };
        options.AddTo(command);
        command.Add(output);
        command.SetAction(parsed => new RoutingVerb(context).Run(options, parsed, parsed.GetValue(output) == ServiceArguments.Json));
        return command;
    }

    private int Run(RoutingOptions options, ParseResult parsed, bool json)
    {
        var policies = options.Policies(parsed);
        var simulation = options.Simulation(parsed, Read(options.Trace(parsed)));
        var results = new List<RoutingResult>();
        foreach (var policy in policies)
        {
            context.Screen.ErrorLine($"Running {policy} ({results.Count + 1} of {policies.Count}) ...");
            results.Add(simulation.Run(policy));
        }

        if (json)
        {
            context.Screen.Line(RoutingJson.Of(results));
            return ExitCode.Done;
        }

        var table = new TextTable("POLICY", "HIT", "TTFT_MEAN", "TTFT_P50", "TTFT_P99", "LOAD_MAX/MEAN");
        foreach (var result in results)
        {
            table.Add(result.Policy, Number(result.Hit, "0.000"), Seconds(result.TtftMean), Seconds(result.TtftP50), Seconds(result.TtftP99), Number(result.LoadMaxOverMean, "0.00"));
        }

        foreach (var line in table.Lines(context.Screen))
        {
            context.Screen.Line(line);
        }

        return ExitCode.Done;
    }

    private RequestTrace Read(string file)
    {
        var path = Path.Combine(context.CurrentDirectory, file);
        if (Directory.Exists(path))
        {
            throw CliException.InputWrong($"{file} is a folder: name the file with the trace in it.");
        }

        try
        {
            using var reader = new StreamReader(path);
            return RequestTrace.Read(reader);
        }
        catch (Exception failure) when (failure is FormatException or IOException or UnauthorizedAccessException)
        {
            throw CliException.InputWrong($"{file}: {failure.Message}");
        }
    }

    private static string Seconds(double seconds) => Number(seconds, "0.000") + "s";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

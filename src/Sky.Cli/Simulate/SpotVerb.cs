using System.CommandLine;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Core.Simulation.Spot;

namespace Sky.Cli.Simulate;

/// <summary><c>sky simulate spot --traces DIR</c></summary>
internal sealed class SpotVerb(CliContext context)
{
    public static Command Build(CliContext context)
    {
        var options = new SpotOptions();
        var output = ServiceArguments.Output();
        var command = new SkyCommand("spot", "Run the spot policies over recorded capacity, in virtual time.")
        {
            Examples =
            [
                ("sky simulate spot --traces traces/aws", "all policies side by side, and the optimum"),
                ("sky simulate spot --traces traces/aws --policy spot_hedge,adaptive --cold-start 8m -o json", "two of them, for programs"),
                ("sky simulate spot --traces traces/aws --plot aws.svg", "and a picture"),
            ],
        };
        options.AddTo(command);
        command.Add(output);
        command.SetAction((parsed, cancellation) => Task.FromResult(new SpotVerb(context).Run(options, parsed, parsed.GetValue(output) == ServiceArguments.Json, cancellation)));
        return command;
    }

    private int Run(SpotOptions options, ParseResult parsed, bool json, CancellationToken cancellation)
    {
        var policies = options.Policies(parsed);
        var scenario = options.Scenario(parsed);
        var traces = options.Traces(parsed);
        var simulation = options.Simulation(parsed, TraceFolder.Read(Path.Combine(context.CurrentDirectory, traces), traces), scenario);
        var results = new List<SpotResult>();
        foreach (var policy in policies)
        {
            context.Screen.ErrorLine($"Running {policy} ({results.Count + 1} of {policies.Count}) ...");
            results.Add(simulation.Run(policy, cancellation));
        }

        if (options.Plot(parsed) is { } plot)
        {
            Write(plot, SpotPlot.Draw(results, scenario));
        }

        if (json)
        {
            context.Screen.Line(SpotJson.Of(results));
            return ExitCode.Done;
        }

        Print(SpotTables.Results(results).Lines(context.Screen));
        if (results.Count > 1)
        {
            context.Screen.Line();
            Print(SpotTables.Differences(results).Lines(context.Screen));
        }

        return ExitCode.Done;
    }

    private void Print(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            context.Screen.Line(line);
        }
    }

    private void Write(string file, string picture)
    {
        try
        {
            File.WriteAllText(Path.Combine(context.CurrentDirectory, file), picture);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.InputWrong($"{file}: {failure.Message}");
        }
    }
}

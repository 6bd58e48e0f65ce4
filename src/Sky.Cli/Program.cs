using Sky.Cli;
using Sky.Providers.Engines.Process;

// Before everything else: a runner must cost next to nothing, and there is one for each replica.
if (args is ["internal-runner", var folder])
{
    return Runner.Run(folder);
}

if (args is ["serve", ..])
{
    // A client command has nobody to report to, and setting up the HTTP client's meters takes as long as its request.
    AppContext.SetSwitch("System.Diagnostics.Metrics.Meter.IsSupported", false);
}

try
{
    return await SkyApp.RunAsync(args, CliContext.OfThisProcess());
}
catch (Exception failure)
{
    // What fails around the commands, such as a working directory that is gone.
    await Console.Error.WriteLineAsync($"Error: {failure.Message.ReplaceLineEndings(" ")}");
    return ExitCode.Failed;
}

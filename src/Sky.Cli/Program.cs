using Sky.Cli;
using Sky.Providers.Engines.Process;

// Before everything else: a runner must cost next to nothing, and there is one for each replica.
if (args is ["internal-runner", var folder])
{
    return Runner.Run(folder);
}

return await SkyApp.RunAsync(args, CliContext.OfThisProcess());

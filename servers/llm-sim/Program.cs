namespace LlmSim;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args.Contains("--help"))
        {
            Console.Out.Write(SimSettings.Help());
            return 0;
        }

        SimOptions options;
        try
        {
            options = SimSettings.Read(args, Environment.GetEnvironmentVariable);
        }
        catch (ArgumentException e)
        {
            await Console.Error.WriteLineAsync($"llm-sim: {e.Message}");
            return 2;
        }

        await using var app = SimHost.Build(options, TimeProvider.System);
        await app.RunAsync();
        return 0;
    }
}

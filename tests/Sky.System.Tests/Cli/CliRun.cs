using Microsoft.Extensions.Time.Testing;
using Sky.Cli;
using Sky.Cli.Terminal;

namespace Sky.SystemTests.Cli;

/// <summary>One command line run in this process, with what it wrote.</summary>
internal sealed record CliRun(int Code, string Out, string Err)
{
    /// <summary>Without a terminal.</summary>
    public static Task<CliRun> OfAsync(FakeController? controller, params string[] args) => WithAsync(controller, null, [], args);

    /// <param name="controller">The controller it talks to.</param>
    /// <param name="input">What a person at the terminal types.</param>
    /// <param name="args">The command line.</param>
    public static Task<CliRun> AtTerminalAsync(FakeController? controller, string input, params string[] args) => WithAsync(controller, input, [], args);

    /// <param name="controller">The controller it talks to; null: none, in an empty home.</param>
    /// <param name="input">What a person at a terminal types; null: no terminal.</param>
    /// <param name="variables">The environment.</param>
    /// <param name="args">The command line.</param>
    public static async Task<CliRun> WithAsync(FakeController? controller, string? input, Dictionary<string, string> variables, string[] args)
    {
        var home = Directory.CreateTempSubdirectory("sky-cli-");
        try
        {
            using var output = new StringWriter { NewLine = "\n" };
            using var error = new StringWriter { NewLine = "\n" };
            using var interrupts = new Interrupts();
            var environment = new Dictionary<string, string>(variables) { ["SKY_HOME"] = home.FullName, ["HOME"] = home.FullName };
            if (controller is not null)
            {
                environment["SKY_CONTROLLER_URL"] = controller.Url.AbsoluteUri;
                environment.TryAdd("SKY_CONTROLLER_TOKEN", FakeController.Token);
            }

            var context = new CliContext
            {
                Screen = new Screen(output, error, new StringReader(input ?? "")) { InIsTerminal = input is not null },
                Environment = environment,
                CurrentDirectory = home.FullName,
                Self = ["/bin/false"],
                Time = new FakeTimeProvider(Views.Now),
                Interrupts = interrupts,
            };
            var code = await SkyApp.RunAsync(args, context);
            return new CliRun(code, output.ToString(), error.ToString());
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}

using System.CommandLine;
using Sky.Cli.Commands;
using Sky.Cli.Terminal;
using Sky.Core.Specs;

namespace Sky.Cli.Serve;

/// <summary><c>sky serve check FILE…</c></summary>
internal static class CheckVerb
{
    public static Command Build(CliContext context)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Service files.",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result => Array.ConvertAll([.. result.Tokens], token => token.Value),
        };
        var strict = new Option<bool>("--strict") { Description = "Warnings are errors." };
        var lastKeyWins = new Option<bool>("--last-key-wins") { Description = "A key given twice is a warning, and its last value counts." };
        var output = ServiceArguments.Output();
        var task = new TaskOptions();
        var command = new SkyCommand("check", "Check service files without touching anything.")
        {
            Arguments = { files },
            Options = { strict, lastKeyWins, output },
            Examples =
            [
                ("sky serve check servers/*/sky-serve.yaml", "all problems of all files"),
                ("sky serve check model.yaml --strict -o json", "for programs"),
            ],
        };
        task.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = task.Read(context, parsed) with { Strict = parsed.GetValue(strict), LastKeyWins = parsed.GetValue(lastKeyWins) };
            var read = (parsed.GetValue(files) ?? []).Select(file => ServiceFile.Read(context, file, options).WithPortWarning(options.Strict)).ToList();
            if (parsed.GetValue(output) == ServiceArguments.Json)
            {
                context.Screen.Line(CheckJson.Of(read));
            }
            else
            {
                read.ForEach(file => Tell(context.Screen, file));
            }

            return read.TrueForAll(file => file.Result.Ok) ? ExitCode.Done : ExitCode.InputWrong;
        });
        return command;
    }

    private static void Tell(Screen screen, ServiceFile file)
    {
        foreach (var warning in file.Result.Warnings)
        {
            screen.Warn(file.Line(warning));
        }

        foreach (var error in file.Result.Errors)
        {
            screen.Error(file.Line(error));
        }

        if (file.Result is { Ok: true, Spec: { } spec })
        {
            screen.Line($"{file.Shown}: {screen.Paint(Colors.Green, "OK")}{Elsewhere(spec)}");
        }
    }

    private static string Elsewhere(ServiceSpec spec) => TaskOptions.WhyNotHere(spec) is { } why ? $" (but {why})" : "";
}

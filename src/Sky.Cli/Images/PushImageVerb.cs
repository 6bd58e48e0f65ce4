using System.CommandLine;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Providers.Images;

namespace Sky.Cli.Images;

/// <summary><c>sky image push PATH</c></summary>
internal static class PushImageVerb
{
    public static Command Build(CliContext context)
    {
        var path = ImageArguments.Path();
        var repository = ImageArguments.Repository();
        var output = ServiceArguments.Output();
        var command = new SkyCommand("push", "Build an image and push it, each unless that was done already.")
        {
            Arguments = { path },
            Options = { repository, output },
            Examples = [("sky image push servers/hello --repository registry.example.com/hello", "prints name and digest")],
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            context, ImageSource.Of(context, parsed.GetRequiredValue(path), parsed.GetValue(repository)), parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, ImageSource source, bool json, CancellationToken cancellationToken)
    {
        if (source.Image.Repository is null)
        {
            throw CliException.InputWrong("Nothing says where to push: write image.repository into the file, or give --repository.");
        }

        using var tools = new ImageTools(context.Environment, context.Time);
        BuiltImage pushed;
        using (var progress = new ImageProgress(context.Screen))
        {
            var built = await tools.EnsureAsync(source.Image, source.Name, source.Task, progress.Tell, cancellationToken);
            pushed = await tools.PushAsync(built, source.Task, progress.Tell, cancellationToken);
        }

        ImageArguments.Show(context, pushed, json);
        return ExitCode.Done;
    }
}

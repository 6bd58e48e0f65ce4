using System.CommandLine;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Providers.Images;

namespace Sky.Cli.Images;

/// <summary><c>sky image build PATH</c></summary>
internal static class BuildImageVerb
{
    public static Command Build(CliContext context)
    {
        var path = ImageArguments.Path();
        var repository = ImageArguments.Repository();
        var output = ServiceArguments.Output();
        var command = new SkyCommand("build", "Build an image, unless its registry or the engine has it already.")
        {
            Arguments = { path },
            Options = { repository, output },
            Examples =
            [
                ("sky image build servers/hello", "tagged by its content; prints name and id"),
                ("sky image build model.yaml -o json", "for scripts"),
            ],
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            context, ImageSource.Of(context, parsed.GetRequiredValue(path), parsed.GetValue(repository)), parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, ImageSource source, bool json, CancellationToken cancellationToken)
    {
        using var tools = new ImageTools(context.Environment, context.Time);
        BuiltImage built;
        using (var progress = new ImageProgress(context.Screen))
        {
            built = await tools.EnsureAsync(source.Image, source.Name, source.Task, progress.Tell, cancellationToken);
        }

        ImageArguments.Show(context, built, json);
        return ExitCode.Done;
    }
}

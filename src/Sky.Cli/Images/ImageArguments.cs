using System.CommandLine;
using System.Text.Json.Nodes;
using Sky.Cli.Serve;
using Sky.Providers.Images;

namespace Sky.Cli.Images;

/// <summary>Arguments, options and output that the verbs on images share.</summary>
internal static class ImageArguments
{
    public static Argument<string> Path() => new("PATH") { Description = "A service file with `image: {build: …}`, or a folder with one or with a Dockerfile.", HelpName = "PATH" };

    public static Option<string?> Repository() => new("--repository") { Description = "Where the image is pushed to, in place of what the file says.", HelpName = "REPOSITORY" };

    public static void Show(CliContext context, BuiltImage image, bool json)
    {
        if (json)
        {
            var answer = new JsonObject { ["name"] = image.Name, ["pinned"] = image.Pinned, ["digest"] = image.Digest, ["built"] = image.WasBuilt };
            context.Screen.Line(JsonText.Indented(System.Text.Encoding.UTF8.GetBytes(answer.ToJsonString())));
            return;
        }

        context.Screen.Line(image.Name);
        context.Screen.Line(image.Pinned);
    }
}

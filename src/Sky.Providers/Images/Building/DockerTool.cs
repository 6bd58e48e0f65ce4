using System.Text.Json;
using Sky.Core.Images;
using Sky.Core.Specs;

namespace Sky.Providers.Images.Building;

/// <summary>Docker's command, and through it BuildKit, on the machine where <c>sky</c> runs. All failures are <see cref="ImageException"/>.</summary>
/// <param name="tools">Runs it.</param>
internal sealed class DockerTool(ToolRunner tools)
{
    private const string Program = "docker";

    /// <summary>Such as <c>linux/amd64</c>: what the engine builds for.</summary>
    public async Task<string> PlatformAsync(CancellationToken cancellationToken)
    {
        var run = await RunAsync(new(Program, ["version", "--format", "{{.Server.Os}}/{{.Server.Arch}}"]), "asked for its version", cancellationToken);
        return run.Output.Trim();
    }

    /// <summary>The image as the engine has it; null where it has none of that name.</summary>
    public async Task<LocalImage?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var call = new ToolCall(Program, ["image", "inspect", "--format", "{{json .}}", name]);
        var run = await RunAnyAsync(call, cancellationToken);
        if (run.ExitCode != 0)
        {
            return run.Error.Contains("No such image", StringComparison.OrdinalIgnoreCase) ? null : throw Failure(run, "asked for an image");
        }
        using var json = JsonDocument.Parse(run.Output);
        return LocalImage.Read(json.RootElement);
    }

    /// <summary>Builds with BuildKit.</summary>
    /// <param name="build">What to build.</param>
    /// <param name="name">Name and tag that the image gets.</param>
    /// <param name="progress">Told what the builder says.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task BuildAsync(ImageBuildSpec build, string name, Action<string> progress, CancellationToken cancellationToken)
    {
        List<string> arguments = ["build", "--progress", "plain", "--tag", name, "--file", Path.Combine(build.Context, build.Dockerfile ?? "Dockerfile")];
        arguments.AddRange(build.Target is { } target ? ["--target", target] : []);
        // The values come from the environment: everybody on the machine can read a command line.
        arguments.AddRange(build.Args.Keys.Order(StringComparer.Ordinal).SelectMany(arg => new[] { "--build-arg", arg }));
        arguments.Add(build.Context);
        var variables = new Dictionary<string, string>(build.Args)
        {
            ["DOCKER_BUILDKIT"] = "1",
            // Statements about the build would make another image of the same sources at each build.
            ["BUILDX_NO_DEFAULT_ATTESTATIONS"] = "1",
        };
        await RunAsync(new(Program, arguments) { Variables = variables, Progress = progress }, $"building {build.Context}", cancellationToken);
    }

    /// <summary>Pushes a name that the engine has.</summary>
    /// <param name="name">Name and tag.</param>
    /// <param name="configFolder">Docker settings to use, with credentials; null: the user's own.</param>
    /// <param name="progress">Told what it says.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task PushAsync(string name, string? configFolder, Action<string> progress, CancellationToken cancellationToken)
    {
        string[] settings = configFolder is null ? [] : ["--config", configFolder];
        return RunAsync(new(Program, [.. settings, "push", name]) { Progress = progress }, $"pushing {name}", cancellationToken);
    }

    private async Task<ToolRun> RunAsync(ToolCall call, string doing, CancellationToken cancellationToken)
    {
        var run = await RunAnyAsync(call, cancellationToken);
        return run.ExitCode == 0 ? run : throw Failure(run, doing);
    }

    private async Task<ToolRun> RunAnyAsync(ToolCall call, CancellationToken cancellationToken) => await tools.RunAsync(call, cancellationToken)
        ?? throw new ImageException(ImageFailure.Unavailable, "Images are built and pushed with Docker's command, and there is no `docker` on the PATH: install Docker (Debian: docker.io).");

    private static ImageException Failure(ToolRun run, string doing)
    {
        var text = run.Error + run.Output;
        if (text.Contains("Cannot connect to the Docker daemon", StringComparison.OrdinalIgnoreCase) || text.Contains("error during connect", StringComparison.OrdinalIgnoreCase)
            || text.Contains("permission denied while trying to connect", StringComparison.OrdinalIgnoreCase))
        {
            return new(ImageFailure.Unavailable, $"Docker's engine cannot be reached: {Last(run)}");
        }
        if (text.Contains("buildx component is missing", StringComparison.OrdinalIgnoreCase) || text.Contains("BuildKit is not supported", StringComparison.OrdinalIgnoreCase)
            || text.Contains("buildkit not supported", StringComparison.OrdinalIgnoreCase))
        {
            return new(ImageFailure.Unavailable, $"Images are built with BuildKit, which this Docker lacks: install its plugin buildx (Debian: docker-buildx). {Last(run)}");
        }
        if (text.Contains("denied", StringComparison.OrdinalIgnoreCase) || text.Contains("unauthorized", StringComparison.OrdinalIgnoreCase) || text.Contains("no basic auth credentials", StringComparison.OrdinalIgnoreCase))
        {
            return new(ImageFailure.Unauthorized, $"{char.ToUpperInvariant(doing[0])}{doing[1..]} is not allowed: {Last(run)}");
        }
        return new(ImageFailure.Invalid, $"Docker fails while {doing} (exit code {run.ExitCode}):\n{run.Complaint}");
    }

    private static string Last(ToolRun run) => run.Complaint.Split('\n')[^1];
}

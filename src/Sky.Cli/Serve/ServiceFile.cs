using Sky.Cli.Terminal;
using Sky.Core.Specs;

namespace Sky.Cli.Serve;

/// <summary>A service file on disk.</summary>
/// <param name="Shown">Its path as the user wrote it.</param>
/// <param name="Directory">The absolute path of its folder.</param>
/// <param name="Result">What reading it gave.</param>
internal sealed record ServiceFile(string Shown, string Directory, SpecResult Result)
{
    // One byte more than the reader takes is enough for it to say that the file is too long.
    private const int MostBytes = (1 << 20) + 1;

    public static bool HasYamlName(string path) =>
        path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Reads the file. Its relative paths start at its own folder, else, where that does not hold them, at the folder the command
    /// runs in, as in SkyServe.
    /// </summary>
    public static ServiceFile Read(CliContext context, string path, SpecOptions options)
    {
        var full = Path.GetFullPath(path, context.CurrentDirectory);
        var directory = Path.GetDirectoryName(full)!;
        if (WhyUnreadable(path, full) is { } why)
        {
            return new ServiceFile(path, directory, new SpecResult { Errors = [new SpecProblem(0, "", why)] });
        }

        var content = Content(full);
        var result = SpecReader.Read(content, options with { BaseDirectory = directory });
        if (!result.Ok && directory != context.CurrentDirectory)
        {
            var fromHere = SpecReader.Read(content, options with { BaseDirectory = context.CurrentDirectory });
            result = fromHere.Ok ? fromHere : result;
        }

        return new ServiceFile(path, directory, result);
    }

    /// <summary>Warnings are shown; errors end the command.</summary>
    public ServiceSpec Checked(Screen screen)
    {
        foreach (var warning in Result.Warnings)
        {
            screen.Warn(Line(warning));
        }

        if (!Result.Ok || Result.Spec is null)
        {
            foreach (var error in Result.Errors)
            {
                screen.ErrorLine(Line(error));
            }

            throw CliException.InputWrong($"{Shown} has {Count(Result.Errors.Count)}. Nothing was changed.");
        }

        return TaskOptions.WhyNotHere(Result.Spec) is { } why ? throw CliException.InputWrong(why) : Result.Spec;
    }

    /// <summary>The same with a warning where more replicas are asked for than fit on this machine: another may hold them.</summary>
    /// <param name="strict">It is an error then.</param>
    public ServiceFile WithPortWarning(bool strict)
    {
        if (Result.Spec is not { } spec || FixedPort.Problem(spec) is not { } why)
        {
            return this;
        }

        var problem = new SpecProblem(0, "service.replicas", why);
        return this with
        {
            Result = strict ? Result with { Errors = [.. Result.Errors, problem] } : Result with { Warnings = [.. Result.Warnings, problem] },
        };
    }

    /// <summary>Such as <c>sky-serve.yaml:3: service.replicas: …</c>.</summary>
    public string Line(SpecProblem problem) => string.Concat(
        Shown,
        problem.Line > 0 ? $":{problem.Line}" : "",
        problem.Path.Length > 0 ? $": {problem.Path}" : "",
        $": {problem.Message}");

    private static string Count(int errors) => errors == 1 ? "1 error" : $"{errors} errors";

    private static string? WhyUnreadable(string path, string full)
    {
        if (path.Length == 0)
        {
            return "The name of the file is empty.";
        }

        if (System.IO.Directory.Exists(full))
        {
            return $"This is a folder. Name the file in it, such as {Path.Combine(path, "sky-serve.yaml")}.";
        }

        if (!File.Exists(full))
        {
            return "There is no such file.";
        }

        if (!HasYamlName(path))
        {
            return "A service file must be a YAML file whose name ends in .yaml or .yml.";
        }

        return IsEmptyOrNoFile(full) ? "This is empty, or not a regular file." : null;
    }

    // A pipe, a device and a socket have the length 0; opening one could wait for ever.
    private static bool IsEmptyOrNoFile(string full) =>
        new FileInfo(File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full).Length == 0;

    private static byte[] Content(string full)
    {
        using var stream = new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[MostBytes];
        var length = stream.ReadAtLeast(buffer, MostBytes, throwOnEndOfStream: false);
        return buffer[..length];
    }
}

using Sky.Cli.Serve;
using Sky.Core.Images;
using Sky.Core.Specs;

namespace Sky.Cli.Images;

/// <summary>What a path on the command line says to build.</summary>
/// <param name="Name">What the image is called where no repository is named.</param>
/// <param name="Image">What to build.</param>
/// <param name="Task">The rest of what runs: a login for the registry perhaps.</param>
/// <param name="Scan">What the image must be free of.</param>
internal sealed record ImageSource(string Name, ImageSpec Image, TaskSpec Task, ScanSpec? Scan)
{
    private const string Dockerfile = "Dockerfile";

    /// <summary>
    /// A service file, or a folder: then the one service file in it that says what to build, else its Dockerfile.
    /// Throws <see cref="CliException"/> where there is nothing to build, or more than one thing.
    /// </summary>
    /// <param name="context">Where relative paths start.</param>
    /// <param name="path">As written.</param>
    /// <param name="repository">Counts before the file's; null: the file's.</param>
    public static ImageSource Of(CliContext context, string path, string? repository)
    {
        if (repository is not null && ImageReference.Parse(repository) is not { Tag: null, Digest: null })
        {
            throw CliException.InputWrong($"'{repository}' is not a repository to push to. Write for example registry.example.com/team/model, without a tag.");
        }

        var full = Path.GetFullPath(path, context.CurrentDirectory);
        var source = Directory.Exists(full) ? OfFolder(context, path, full) : OfFile(context, path);
        return repository is null ? source : source with { Image = source.Image with { Repository = repository } };
    }

    private static ImageSource OfFile(CliContext context, string path)
    {
        var file = ServiceFile.Read(context, path, Options(context));
        if (!file.Result.Ok || file.Result.Spec is null)
        {
            throw CliException.InputWrong(string.Join('\n', file.Result.Errors.Select(file.Line)));
        }

        return OfSpec(file, file.Result.Spec) ?? throw CliException.InputWrong($"{path} does not say what to build: it needs `image: {{build: …}}`.");
    }

    private static ImageSource OfFolder(CliContext context, string path, string full)
    {
        var found = Directory.EnumerateFiles(full).Where(ServiceFile.HasYamlName).Order(StringComparer.Ordinal)
            .Select(file => ServiceFile.Read(context, file, Options(context)))
            .Where(file => file.Result is { Ok: true, Spec: not null })
            .Select(file => (File: file, Source: OfSpec(file, file.Result.Spec!)))
            .Where(one => one.Source is not null)
            .ToList();
        if (found.Count > 1)
        {
            throw CliException.InputWrong($"{path} has several files that say what to build: name one of {string.Join(", ", found.Select(one => one.File.Shown))}.");
        }

        if (found is [var only])
        {
            return only.Source!;
        }

        return File.Exists(Path.Combine(full, Dockerfile))
            ? new(ServiceNames.Default(null, full), new ImageSpec { Build = new() { Context = full, Directory = full } }, new TaskSpec(), null)
            : throw CliException.InputWrong($"There is nothing to build in {path}: neither a service file with `image: {{build: …}}` nor a Dockerfile.");
    }

    private static ImageSource? OfSpec(ServiceFile file, ServiceSpec spec) => spec.Task.Image is { Build: not null } image
        ? new(ServiceNames.Default(spec.Name, file.Directory), image, spec.Task, spec.Scan)
        : null;

    private static SpecOptions Options(CliContext context) => new() { BaseDirectory = context.CurrentDirectory };
}

using Sky.Core.Images;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads <c>image:</c>: a reference, or what to build.</summary>
internal sealed class ImageReader(SpecProblems problems, string baseDirectory)
{
    private const string UsualDockerfile = "Dockerfile";

    public ImageSpec? Read(YamlNode? node)
    {
        if (node is not YamlNode.Mapping image)
        {
            return node.AsText() is { } reference ? new() { Reference = Checked(reference, node!, "image") } : null;
        }
        var repository = image["repository"].AsText();
        var tag = image["tag"].AsPrinted();
        if (image["build"] is { } build)
        {
            if (tag is not null)
            {
                problems.Error(image.Find("tag")!.Line, "image.tag", "A built image is tagged by its content: remove `tag`.");
            }
            return new() { Build = Build(build), Repository = repository is null ? null : CheckedRepository(repository, image["repository"]!) };
        }
        var named = repository is null || tag is null ? repository : $"{repository}:{tag}";
        return new() { Reference = named is null ? null : Checked(named, image, "image.repository"), Repository = repository };
    }

    private ImageBuildSpec Build(YamlNode build)
    {
        var parts = build as YamlNode.Mapping;
        var written = build.AsText() ?? parts?["context"].AsText() ?? ".";
        var context = LocalPath.Full(written, baseDirectory) ?? baseDirectory;
        var dockerfile = parts?["dockerfile"].AsText();
        var prepare = parts?["prepare"].AsText();
        // What `prepare` makes need not be there yet.
        if (prepare is null && !Directory.Exists(context))
        {
            problems.Error(build.Line, "image.build.context", $"The folder {written} to build is not there. Relative paths start at {baseDirectory}.");
        }
        else if (prepare is null && !File.Exists(Path.Combine(context, dockerfile ?? UsualDockerfile)))
        {
            problems.Error(build.Line, "image.build.dockerfile", $"There is no {dockerfile ?? UsualDockerfile} in the folder {written}.");
        }
        return new()
        {
            Context = context,
            Dockerfile = dockerfile,
            Target = parts?["target"].AsText(),
            Args = Args(parts?["args"] as YamlNode.Mapping),
            Prepare = prepare,
            Directory = Path.GetFullPath(baseDirectory),
        };
    }

    private static Dictionary<string, string> Args(YamlNode.Mapping? args) =>
        (args?.Entries ?? []).ToDictionary(entry => entry.Key, entry => entry.Value.AsPrinted() ?? "", StringComparer.Ordinal);

    private string Checked(string reference, YamlNode node, string path)
    {
        if (ImageReference.Parse(reference) is null)
        {
            problems.Error(node.Line, path, $"'{reference}' is not the name of an image. Write for example ghcr.io/team/model:1.0 or vllm/vllm-openai.");
        }
        return reference;
    }

    private string CheckedRepository(string repository, YamlNode node)
    {
        if (ImageReference.Parse(repository) is not { Tag: null, Digest: null })
        {
            problems.Error(node.Line, "image.repository", $"'{repository}' is not a repository to push to. Write for example registry.example.com/team/model, without a tag.");
        }
        return repository;
    }
}

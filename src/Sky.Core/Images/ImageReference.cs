using System.Text.RegularExpressions;

namespace Sky.Core.Images;

/// <summary>The parts of an image's name, by the rules of the distribution project: <c>[REGISTRY/]REPOSITORY[:TAG][@DIGEST]</c>.</summary>
public sealed partial record ImageReference
{
    /// <summary>The registry that names without one are at.</summary>
    public const string DockerHub = "docker.io";

    private const int LongestName = 255;

    /// <summary>Host, with its port where it has one.</summary>
    public required string Registry { get; init; }

    /// <summary>Such as <c>library/nginx</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>Null where there is a digest or none was written; then it is <c>latest</c>.</summary>
    public string? Tag { get; init; }

    /// <summary><c>sha256:…</c>; null where none was written.</summary>
    public string? Digest { get; init; }

    /// <summary>Registry and repository, as Docker shows them: Docker Hub's own name is left out.</summary>
    public string Name => Registry != DockerHub ? $"{Registry}/{Repository}"
        : Repository.StartsWith("library/", StringComparison.Ordinal) ? Repository["library/".Length..] : Repository;

    /// <summary>What is asked of a registry: the digest, else the tag.</summary>
    public string Target => Digest ?? Tag ?? "latest";

    /// <summary>The same repository at a digest.</summary>
    public string At(string digest) => $"{Name}@{digest}";

    public override string ToString() => Digest is null ? $"{Name}:{Target}" : $"{Name}{(Tag is null ? "" : $":{Tag}")}@{Digest}";

    /// <summary>Null when it is not of that form.</summary>
    public static ImageReference? Parse(string text)
    {
        if (Form().Match(text) is not { Success: true } match)
        {
            return null;
        }
        var name = match.Groups["name"].Value;
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        // A first part is a host only where it cannot be a folder of Docker Hub.
        var isHost = first == "localhost" || first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first.Any(char.IsUpper);
        var registry = isHost ? first : DockerHub;
        var repository = isHost ? name[(slash + 1)..] : name;
        if (registry is DockerHub or "index.docker.io")
        {
            registry = DockerHub;
            repository = repository.Contains('/', StringComparison.Ordinal) ? repository : "library/" + repository;
        }
        return repository.Length > LongestName || !Path().IsMatch(repository) ? null : new()
        {
            Registry = registry,
            Repository = repository,
            Tag = match.Groups["tag"] is { Success: true } tag ? tag.Value : null,
            Digest = match.Groups["digest"] is { Success: true } digest ? digest.Value : null,
        };
    }

    /// <summary>Whether it is the id of an image in an engine rather than a name.</summary>
    public static bool IsId(string text) => Id().IsMatch(text);

    [GeneratedRegex(@"\A(?<name>[A-Za-z0-9][A-Za-z0-9._:/\[\]-]*?)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Path();

    [GeneratedRegex(@"\Asha256:[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}

namespace Sky.Core.Specs;

/// <summary>How an image is built.</summary>
public sealed record ImageBuildSpec
{
    /// <summary>The folder given to the builder, an absolute path.</summary>
    public required string Context { get; init; }

    /// <summary>In the context; null for <c>Dockerfile</c>.</summary>
    public string? Dockerfile { get; init; }

    /// <summary>The stage to build; null for the last.</summary>
    public string? Target { get; init; }

    /// <summary>Values of the Dockerfile's <c>ARG</c>s. They are found in the image: no place for secrets.</summary>
    public IReadOnlyDictionary<string, string> Args { get; init; } = new Dictionary<string, string>();

    /// <summary>Bash that makes what the context lacks, run in <see cref="Directory"/> before each build; null for none.</summary>
    public string? Prepare { get; init; }

    /// <summary>The folder that the file's relative paths start from, absolute.</summary>
    public required string Directory { get; init; }
}

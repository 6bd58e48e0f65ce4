namespace Sky.Core.Specs;

/// <summary>A container image: a reference, or what to build. Not acted on by the process engine.</summary>
public sealed record ImageSpec
{
    /// <summary>As written, or the name and tag that the built image was given; null where it is still to be built.</summary>
    public string? Reference { get; init; }

    /// <summary>What to build; null for an image that is there.</summary>
    public ImageBuildSpec? Build { get; init; }

    /// <summary>Where a built image is pushed to, without a tag; null: it stays with the engine of the machine that built it.</summary>
    public string? Repository { get; init; }

    /// <summary>
    /// The bytes that <see cref="Reference"/> named when the version was made: <c>REPOSITORY@sha256:…</c> of a registry, or <c>sha256:…</c>, the id of
    /// an image that one engine alone has. Null where it was not resolved.
    /// </summary>
    public string? Pinned { get; init; }
}

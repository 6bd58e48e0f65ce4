using Sky.Core.Images;

namespace Sky.Providers.Images;

/// <summary>An image of the sources as they are, and where it is.</summary>
/// <param name="Name">Name and tag.</param>
/// <param name="Digest">In its registry; null where it is not there (yet).</param>
/// <param name="LocalId">In the engine of this machine; null where it was not looked for, because the registry has it.</param>
/// <param name="WasBuilt">It was built just now.</param>
public sealed record BuiltImage(string Name, string? Digest, string? LocalId, bool WasBuilt)
{
    /// <summary>Its bytes: in the registry where it is there, else in the engine.</summary>
    public string Pinned => Digest is { } digest ? ImageReference.Parse(Name)!.At(digest) : LocalId!;
}

namespace Sky.Core.Images;

/// <summary>What a name stood for when it was asked for.</summary>
/// <param name="Pinned">The bytes, as <see cref="Specs.ImageSpec.Pinned"/> names them.</param>
/// <param name="Notice">Something a person should know about where that comes from; null for nothing.</param>
public sealed record ResolvedImage(string Pinned, string? Notice = null);

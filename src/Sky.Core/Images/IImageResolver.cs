namespace Sky.Core.Images;

/// <summary>Finds out which bytes the name of an image stands for now.</summary>
public interface IImageResolver
{
    /// <summary>
    /// The reference pinned: <c>REPOSITORY@sha256:…</c>, or <c>sha256:…</c>, the id of an image that only the engine of this machine has. A reference
    /// that is pinned already is given back without asking anybody. Throws <see cref="ImageException"/> where it cannot be told.
    /// </summary>
    Task<string> ResolveAsync(string reference, CancellationToken cancellationToken);
}

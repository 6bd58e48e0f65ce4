using Sky.Core.Specs;

namespace Sky.Core.Images;

/// <summary>Finds out which bytes the name of an image stands for now. Safe for concurrent use.</summary>
public interface IImageResolver
{
    /// <summary>
    /// The reference pinned. One that is pinned already is given back without asking anybody. Throws <see cref="ImageException"/> where it cannot be told.
    /// </summary>
    /// <param name="reference">As written.</param>
    /// <param name="task">What the service file says: it may name the registry and hold a login for it.</param>
    /// <param name="here">Only this machine's own engine runs it: then what that engine alone can have is asked of nobody else.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<ResolvedImage> ResolveAsync(string reference, TaskSpec task, bool here, CancellationToken cancellationToken);
}

namespace Sky.Core.Clouds.Orphans;

/// <summary>What becomes of a node that no row knows.</summary>
public enum OrphanState
{
    /// <summary>It is reported; it goes when the grace is over.</summary>
    Seen,

    /// <summary>Its cloud is asked to remove it, again and again until it lists it no more.</summary>
    Removing,

    /// <summary>A person wants it kept: it is reported, and stays.</summary>
    Kept,
}

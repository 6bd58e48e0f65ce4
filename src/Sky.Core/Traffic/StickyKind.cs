namespace Sky.Core.Traffic;

/// <summary>What says which requests are of one user.</summary>
public enum StickyKind
{
    /// <summary>Nothing: each request is drawn anew.</summary>
    None,

    /// <summary>The key it came with; without one it is drawn anew.</summary>
    Key,

    /// <summary>The value of a header; without it the request is drawn anew.</summary>
    Header,
}

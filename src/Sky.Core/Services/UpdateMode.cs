namespace Sky.Core.Services;

/// <summary>How one version takes over from another.</summary>
public enum UpdateMode
{
    /// <summary>Replicas are exchanged a few at a time; both versions serve meanwhile.</summary>
    Rolling,

    /// <summary>The new version takes all traffic at once when it has as many ready replicas as the target in force; until then the old one has all.</summary>
    BlueGreen,
}

namespace Sky.Core.Specs;

/// <summary>How much a replica may do, in the words of Kubernetes' pod security standards.</summary>
public enum SecurityProfile
{
    /// <summary>Root within the container, a writable root, no way to more rights.</summary>
    Baseline,

    /// <summary>No capability, no root, a read-only root with a tmpfs at <c>/tmp</c>.</summary>
    Restricted,
}

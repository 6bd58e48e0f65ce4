namespace Sky.Core.Metering;

/// <summary>How the tokens of a settlement were found.</summary>
public enum SettlementKind
{
    /// <summary>The replica said them, for all that was read of its answer.</summary>
    Exact,

    /// <summary>They were counted from the events or the text that was read.</summary>
    Estimated,

    /// <summary>Nobody knows what the replica did: what was reserved is kept.</summary>
    Kept,

    /// <summary>Nothing was sent to a replica: nothing is charged.</summary>
    Unsent,

    /// <summary>The replica answered with an error, or not at all: nothing is charged.</summary>
    Failed,

    /// <summary>It was a copy, whose answer nobody got: what it used is counted for nobody's key.</summary>
    Mirrored,
}

namespace Sky.Core.Nodes;

/// <summary>Why an enrolment is refused.</summary>
public enum EnrolmentRefusal
{
    /// <summary>There is no such token, or its secret is another.</summary>
    Unknown,

    Expired,

    /// <summary>Another key enrolled with it, or this one too long ago.</summary>
    Used,

    /// <summary>It is for another node.</summary>
    OtherNode,
}

namespace Sky.Core.Nodes;

/// <summary>Body of <c>POST /enrol</c>.</summary>
public sealed record EnrolRequest
{
    /// <summary>Of the token: which.</summary>
    public required string Id { get; init; }

    /// <summary>Of the token: its secret.</summary>
    public required string Secret { get; init; }

    /// <summary>A PKCS#10 request (PEM), signed with the node's key. Of what it says only the public key counts.</summary>
    public required string Request { get; init; }

    /// <summary>The node that it takes itself for; null: whichever the token is for.</summary>
    public ClusterName? Cluster { get; init; }

    /// <inheritdoc cref="Cluster"/>
    public NodeName? Node { get; init; }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"enrolment {Id}";
}

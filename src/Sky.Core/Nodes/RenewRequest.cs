namespace Sky.Core.Nodes;

/// <summary>Body of <c>POST /renew</c>.</summary>
/// <param name="Request">A PKCS#10 request (PEM), signed with the node's new key.</param>
public sealed record RenewRequest(string Request);

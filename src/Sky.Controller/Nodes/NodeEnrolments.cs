using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;

namespace Sky.Controller.Nodes;

/// <summary>
/// Lets machines become nodes, and nodes stay it. What is decided is written before it is answered: a node whose answer was lost asks again with the same
/// key and is answered the same; nobody else is.
/// </summary>
internal sealed partial class NodeEnrolments(INodeStore store, NodeAuthority authority, IClusterJoin clusters, TimeProvider time, ILogger<NodeEnrolments> logger)
{
    private const int MostTries = 5;

    /// <summary>A token for one node, good once and for an hour. A node that was removed may come back with one.</summary>
    public async Task<EnrolmentToken> CreateTokenAsync(NodeKey node, NodeRole role, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var token = EnrolmentToken.From(RandomNumberGenerator.GetBytes(EnrolmentToken.IdBytes + EnrolmentToken.SecretBytes), authority.Ca.Fingerprint);
        var record = new EnrolmentRecord
        {
            Id = token.Id,
            SecretHash = EnrolmentToken.HashOf(token.Secret),
            Cluster = node.Cluster,
            Node = node.Node,
            Role = role,
            CreatedAt = now,
            ExpiresAt = now + EnrolmentRules.Lifetime,
        };
        if (!await store.WriteEnrolmentAsync(new StoredEnrolment(record, 0), null, cancellationToken))
        {
            throw new InvalidOperationException("the id of a new token is taken");
        }

        TokenMade(logger, token.Id, node, role);
        return token;
    }

    /// <summary>Throws <see cref="NodeRefusedException"/>, and what <see cref="IClusterJoin.JoinAsync"/> throws: then the node asks again.</summary>
    public async Task<NodeCertificate> EnrolAsync(EnrolRequest request, CancellationToken cancellationToken)
    {
        var key = KeyOf(request.Request);
        var used = await UseAsync(request, key, cancellationToken);
        var join = await clusters.JoinAsync(used.Cluster, used.Node, used.Role, cancellationToken);
        return Answer(used.Cluster, used.Node, used.Role, used.Certificate!) with { Join = join, Owner = (await store.GetOwnerAsync(cancellationToken)).Value };
    }

    /// <summary>A new certificate for a node that has one. Throws <see cref="NodeRefusedException"/>.</summary>
    public async Task<NodeCertificate> RenewAsync(NodeKey node, RenewRequest request, CancellationToken cancellationToken)
    {
        var key = KeyOf(request.Request);
        for (var tries = 0; tries < MostTries; tries++)
        {
            var stored = await MemberAsync(node, cancellationToken);
            var now = time.GetUtcNow();
            var certificate = authority.Ca.Issue(key, new CertificateRole.Node(node), now);
            var changed = stored.Node with { PublicKey = CertificateRequests.HashOf(key), NotAfter = End(certificate) };
            if (await store.WriteNodeAsync(stored with { Node = changed }, cancellationToken))
            {
                Renewed(logger, node, changed.NotAfter);
                return Answer(node.Cluster, node.Node, changed.Role, certificate);
            }
        }

        throw Busy();
    }

    /// <summary>How a node joins that enrolled before. Throws <see cref="NodeRefusedException"/>, and what <see cref="IClusterJoin.JoinAsync"/> throws.</summary>
    public async Task<JoinAnswer> JoinAsync(NodeKey node, CancellationToken cancellationToken)
    {
        var stored = await MemberAsync(node, cancellationToken);
        return await clusters.JoinAsync(node.Cluster, node.Node, stored.Node.Role, cancellationToken);
    }

    /// <summary>Keeps what a node's cloud says. Throws <see cref="NodeRefusedException"/>.</summary>
    public async Task NoticeAsync(NodeKey node, NodeNotice notice, CancellationToken cancellationToken)
    {
        if (await ChangeAsync(node, record => record with { Notice = notice }, cancellationToken))
        {
            Noticed(logger, node, notice.Kind, notice.Detail, notice.At);
        }
    }

    /// <summary>Ends a node's membership: its certificate is not renewed, and it is told no join token any more. An unknown node is done.</summary>
    public async Task RemoveAsync(NodeKey node, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        try
        {
            if (await ChangeAsync(node, record => record with { RemovedAt = now }, cancellationToken))
            {
                Removed(logger, node);
            }
        }
        catch (NodeRefusedException refused) when (refused.Status == StatusCodes.Status403Forbidden)
        {
        }
    }

    private async Task<EnrolmentRecord> UseAsync(EnrolRequest request, PublicKey key, CancellationToken cancellationToken)
    {
        var hash = CertificateRequests.HashOf(key);
        var expected = request is { Cluster: { } cluster, Node: { } name } ? new NodeKey(cluster, name) : (NodeKey?)null;
        for (var tries = 0; tries < MostTries; tries++)
        {
            var stored = await store.FindEnrolmentAsync(request.Id, cancellationToken);
            var now = time.GetUtcNow();
            if (EnrolmentRules.Check(stored?.Enrolment, request.Secret, expected, hash, now) is { } refusal)
            {
                Refused(logger, request.Id.Length <= 2 * EnrolmentToken.IdBytes && request.Id.All(char.IsAsciiHexDigitLower) ? request.Id : "?", refusal);
                throw new NodeRefusedException(StatusCodes.Status403Forbidden, "refused", EnrolmentRules.Explain(refusal));
            }

            var enrolment = stored!.Enrolment;
            if (enrolment.UsedAt is not null)
            {
                Repeated(logger, enrolment.Id);
                return enrolment;
            }

            var node = new NodeKey(enrolment.Cluster, enrolment.Node);
            var certificate = authority.Ca.Issue(key, new CertificateRole.Node(node), now);
            var used = enrolment with { UsedAt = now, PublicKey = hash, Certificate = certificate };
            var record = new NodeRecord
            {
                Cluster = enrolment.Cluster, Node = enrolment.Node, Role = enrolment.Role, PublicKey = hash, NotAfter = End(certificate), EnrolledAt = now,
            };
            if (await store.WriteEnrolmentAsync(stored with { Enrolment = used }, record, cancellationToken))
            {
                Enrolled(logger, node, enrolment.Role, enrolment.Id);
                return used;
            }
        }

        throw Busy();
    }

    /// <summary>False: it is so already.</summary>
    private async Task<bool> ChangeAsync(NodeKey node, Func<NodeRecord, NodeRecord> change, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var stored = await MemberAsync(node, cancellationToken);
            var changed = change(stored.Node);
            if (changed == stored.Node)
            {
                return false;
            }

            if (await store.WriteNodeAsync(stored with { Node = changed }, cancellationToken))
            {
                return true;
            }
        }

        throw Busy();
    }

    private async Task<StoredNode> MemberAsync(NodeKey node, CancellationToken cancellationToken) =>
        await store.FindNodeAsync(node, cancellationToken) is { Node.RemovedAt: null } stored
            ? stored
            : throw new NodeRefusedException(StatusCodes.Status403Forbidden, "refused", $"{node} is no node of this controller (any more).");

    private NodeCertificate Answer(ClusterName cluster, NodeName node, NodeRole role, string certificate) =>
        new() { Cluster = cluster, Node = node, Role = role, Certificate = certificate, Ca = authority.Ca.CertificatePem };

    private static PublicKey KeyOf(string request) => CertificateRequests.Read(request)
        ?? throw new NodeRefusedException(StatusCodes.Status400BadRequest, "invalid", "The certificate request is not one, is not signed with its key, or has another kind of key than P-256.");

    private static NodeRefusedException Busy() =>
        new(StatusCodes.Status503ServiceUnavailable, "unavailable", "Others change the same node now: try again.");

    private static DateTimeOffset End(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return new DateTimeOffset(certificate.NotAfter).ToUniversalTime();
    }

    [LoggerMessage(2071, LogLevel.Information, "Made the enrolment token {Token} for {Node}, a {Role}")]
    private static partial void TokenMade(ILogger logger, string token, NodeKey node, NodeRole role);

    [LoggerMessage(2072, LogLevel.Warning, "Refused an enrolment with the token {Token}: {Refusal}")]
    private static partial void Refused(ILogger logger, string token, EnrolmentRefusal refusal);

    [LoggerMessage(2073, LogLevel.Information, "{Node} enrolled, a {Role}, with the token {Token}")]
    private static partial void Enrolled(ILogger logger, NodeKey node, NodeRole role, string token);

    [LoggerMessage(2074, LogLevel.Information, "Answered the enrolment with the token {Token} again, to the same key")]
    private static partial void Repeated(ILogger logger, string token);

    [LoggerMessage(2075, LogLevel.Information, "Renewed the certificate of {Node}, until {Until:u}")]
    private static partial void Renewed(ILogger logger, NodeKey node, DateTimeOffset until);

    [LoggerMessage(2076, LogLevel.Warning, "The cloud gives notice of {Node}: {Kind} ({Detail}) at {At:u}")]
    private static partial void Noticed(ILogger logger, NodeKey node, NodeNoticeKind kind, string detail, DateTimeOffset? at);

    [LoggerMessage(2077, LogLevel.Information, "{Node} is no node any more")]
    private static partial void Removed(ILogger logger, NodeKey node);
}

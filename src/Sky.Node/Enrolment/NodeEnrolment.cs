using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Sky.Core;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;
using Sky.Core.Processes;
using Sky.Node.Hosting;

namespace Sky.Node.Enrolment;

/// <summary>
/// Makes a machine a node, once. The key is kept before it is shown to anybody, so that an answer that got lost is asked for again with the same one.
/// The controller proves by the token's fingerprint who it is before the token's secret is sent.
/// </summary>
internal sealed partial class NodeEnrolment(NodeOptions options, TimeProvider time, ILogger<NodeEnrolment> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private readonly SkyHome _home = options.Home;

    /// <summary>
    /// Whose node this is, and how it joins where it has just enrolled. Tried again while the controller cannot be reached.
    /// Throws <see cref="EnrolmentException"/> when it is refused or nothing says where to enrol.
    /// </summary>
    public async Task<(Membership Membership, JoinAnswer? Join)> EnsureAsync(CancellationToken cancellationToken)
    {
        if (Membership.Read(_home) is { } known)
        {
            return (options.Controller is { } moved ? known with { Controller = moved } : known, null);
        }

        if (options.Token is not { } token || options.Controller is not { } controller)
        {
            throw new EnrolmentException("this machine is no node yet: set SKY_NODE_TOKEN_FILE (or SKY_NODE_TOKEN) and SKY_NODE_CONTROLLER; `sky cluster join` or `sky node token` on the controller's machine makes a token");
        }

        var pause = FirstPause;
        while (true)
        {
            try
            {
                return await EnrolAsync(token, controller, cancellationToken);
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                NotYet(logger, controller, failure.Message);
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<(Membership Membership, JoinAnswer? Join)> EnrolAsync(EnrolmentToken token, Uri controller, CancellationToken cancellationToken)
    {
        using var key = Key();
        var ca = await TrustedCaAsync(token, controller, cancellationToken);
        using var link = ControllerLink.ToEnrol(controller, ca, time);
        var request = new EnrolRequest
        {
            Id = token.Id,
            Secret = token.Secret,
            Request = CertificateRequests.Make(key),
            Cluster = options.Expected?.Cluster,
            Node = options.Expected?.Node,
        };
        var answer = await link.EnrolAsync(request, cancellationToken);
        var membership = new Membership { Cluster = answer.Cluster, Node = answer.Node, Role = answer.Role, Controller = controller, Owner = answer.Owner };
        AtomicFile.Write(_home.NodeCa, ca.ExportCertificatePem() + "\n");
        AtomicFile.Write(_home.NodeCertificate, answer.Certificate + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        membership.Write(_home);
        File.Delete(_home.NodeEnrolmentKey);
        Enrolled(logger, answer.Node, answer.Cluster, answer.Role);
        return (membership, answer.Join);
    }

    /// <summary>What the controller says is its CA, if it is the one that the token names.</summary>
    private async Task<X509Certificate2> TrustedCaAsync(EnrolmentToken token, Uri controller, CancellationToken cancellationToken)
    {
        using var link = ControllerLink.ToAnybody(controller);
        try
        {
            var ca = X509Certificate2.CreateFromPem(await link.CaAsync(cancellationToken));
            return EnrolmentToken.FingerprintOf(ca) == token.CaFingerprint
                ? ca
                : throw new EnrolmentException($"{controller} is not the controller that made the enrolment token (its CA is another): the token was not sent");
        }
        catch (CryptographicException)
        {
            throw new EnrolmentException($"{controller} is no controller: it has no CA");
        }
    }

    private ECDsa Key()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(_home.NodeEnrolmentKey))
        {
            try
            {
                key.ImportFromPem(File.ReadAllText(_home.NodeEnrolmentKey));
                return key;
            }
            catch (Exception damaged) when (damaged is CryptographicException or ArgumentException)
            {
                key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            }
        }

        AtomicFile.Write(_home.NodeEnrolmentKey, key.ExportPkcs8PrivateKeyPem() + "\n");
        return key;
    }

    [LoggerMessage(5030, LogLevel.Information, "Enrolled as {Node} of cluster {Cluster}, a {Role}")]
    private static partial void Enrolled(ILogger logger, NodeName node, ClusterName cluster, NodeRole role);

    [LoggerMessage(5031, LogLevel.Warning, "Cannot enrol at {Controller} yet: {Reason}; it is tried again")]
    private static partial void NotYet(ILogger logger, Uri controller, string reason);
}

using System.Net.Security;
using System.Security.Authentication;
using Sky.Core.Nodes.Certificates;

namespace Sky.Core.Nodes;

/// <summary>
/// Calls a node's agent over a connection that stands already. Where a replica is meant, the agent says by one byte that it is connected to it; only then the
/// connection is the replica's. So a replica that is not there any more is a connection that failed, to which nothing was sent.
/// </summary>
public static class NodeConnection
{
    /// <summary>The protocol of connections that end at a replica (ALPN).</summary>
    public static readonly SslApplicationProtocol ToReplica = new("sky-replica/1");

    /// <summary>Says that the replica is connected.</summary>
    public const byte Connected = 1;

    /// <summary>
    /// The stream within TLS; disposing of it disposes of <paramref name="transport"/>, which also happens when this fails.
    /// Throws <see cref="AuthenticationException"/> or <see cref="IOException"/>, with a sentence, when the node cannot be trusted or refuses.
    /// </summary>
    public static async Task<Stream> OpenAsync(Stream transport, NodeHost host, NodeCredentials credentials, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stream = new SslStream(transport);
        try
        {
            var own = credentials.Current ?? throw new AuthenticationException("there is no certificate for nodes here (yet)");
            var options = NodeTrust.Client(own, host.ToString(), role => role is CertificateRole.Node node && node.Key == host.Node, now);
            if (host.Replica is null)
            {
                await stream.AuthenticateAsClientAsync(options, cancellationToken);
                return stream;
            }

            options.ApplicationProtocols = [ToReplica];
            await stream.AuthenticateAsClientAsync(options, cancellationToken);
            var answer = new byte[1];
            return await stream.ReadAsync(answer, cancellationToken) == 1 && answer[0] == Connected
                ? stream
                : throw new IOException($"{host.Node} has no such replica, or does not let this one reach it");
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}

using System.Net.Security;
using System.Security.Authentication;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;

namespace Sky.Node.Ingress;

/// <summary>TLS with a caller: which name is called, with the certificate as it is now, and who may.</summary>
internal sealed class Handshake(NodeCredentials credentials, TimeProvider time)
{
    /// <summary>Null: the caller is turned away.</summary>
    public async Task<NodeHost?> TakeAsync(SslStream stream, CancellationToken cancellationToken)
    {
        try
        {
            await stream.AuthenticateAsServerAsync(OptionsAsync, null, cancellationToken);
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException)
        {
            return null;
        }

        var host = NodeHost.Parse(stream.TargetHostName);
        return host?.Replica is not null && stream.NegotiatedApplicationProtocol != NodeConnection.ToReplica ? null : host;
    }

    private ValueTask<SslServerAuthenticationOptions> OptionsAsync(SslStream stream, SslClientHelloInfo hello, object? state, CancellationToken cancellationToken)
    {
        var own = credentials.Current ?? throw new AuthenticationException("no certificate");
        if (NodeHost.Parse(hello.ServerName) is not { } host || CertificateRole.Of(own.Certificate) is not CertificateRole.Node self || self.Key != host.Node)
        {
            throw new AuthenticationException("not a name of this node");
        }

        var options = NodeTrust.Server(own, role => role is CertificateRole.Controller or CertificateRole.Gateway, time.GetUtcNow());
        options.ApplicationProtocols = [host.Replica is null ? SslApplicationProtocol.Http11 : NodeConnection.ToReplica];
        return ValueTask.FromResult(options);
    }
}

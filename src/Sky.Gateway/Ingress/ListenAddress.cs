using System.Net;
using System.Net.Sockets;

namespace Sky.Gateway.Ingress;

/// <summary>An address to listen on.</summary>
/// <param name="Setting">The setting that says it, for error messages.</param>
/// <param name="Uri">As the user wrote it.</param>
/// <param name="Kind">What is spoken there.</param>
internal sealed record ListenAddress(string Setting, Uri Uri, ListenKind Kind)
{
    /// <summary>Both loopback addresses, as <c>localhost</c> means.</summary>
    public bool IsLocalhost => string.Equals(Uri.Host, "localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>Throws <see cref="SocketException"/> when the host is not known.</summary>
    public IPAddress Address =>
        IPAddress.TryParse(Uri.Host.Trim('[', ']'), out var address) ? address : Dns.GetHostAddresses(Uri.Host)[0];

    public bool IsLoopback => IsLocalhost || IPAddress.IsLoopback(Address);

    public override string ToString() => Uri.GetLeftPart(UriPartial.Authority);
}

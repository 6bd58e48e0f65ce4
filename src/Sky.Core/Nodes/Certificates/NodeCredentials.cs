using System.Security.Cryptography;

namespace Sky.Core.Nodes.Certificates;

/// <summary>
/// The credential of this process as its files have it now. Asked at each handshake, so that a new certificate counts from the next connection on
/// and no connection there is notices. Files that cannot be read leave what was there.
/// </summary>
/// <param name="certificate">Certificate and key in one PEM file, so that they are exchanged together.</param>
/// <param name="ca">The CA's certificate, a PEM file.</param>
public sealed class NodeCredentials(string certificate, string ca)
{
    private readonly Lock _gate = new();
    private (DateTime Certificate, DateTime Ca) _stamp;
    private NodeCredential? _current;

    /// <summary>Null while there never was one.</summary>
    public NodeCredential? Current
    {
        get
        {
            var stamp = (File.GetLastWriteTimeUtc(certificate), File.GetLastWriteTimeUtc(ca));
            lock (_gate)
            {
                if (stamp != _stamp)
                {
                    _current = TryRead() ?? _current;
                    _stamp = stamp;
                }

                return _current;
            }
        }
    }

    private NodeCredential? TryRead()
    {
        try
        {
            return NodeCredential.Read(File.ReadAllText(certificate), File.ReadAllText(ca));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}

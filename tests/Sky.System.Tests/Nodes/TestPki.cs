using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;

namespace Sky.SystemTests.Nodes;

/// <summary>A CA of a test's own in a folder that goes with it.</summary>
internal sealed class TestPki : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-pki-");
    private readonly string _pem;
    private readonly string _key;
    private int _number;

    public TestPki()
    {
        (_pem, _key) = CertificateAuthority.Create(DateTimeOffset.UtcNow.AddDays(-100));
        Ca = CertificateAuthority.Read(_pem, _key);
        File.WriteAllText(CaPath, _pem);
    }

    public CertificateAuthority Ca { get; }

    public string CaPath => Path.Combine(_folder.FullName, "ca.crt");

    public string CaPem => _pem;

    public string Folder => _folder.FullName;

    public static NodeKey Node { get; } = new(new ClusterName("c1"), new NodeName("n1"));

    public NodeCredentials Controller => For(new CertificateRole.Controller());

    public NodeCredentials Gateway => For(new CertificateRole.Gateway());

    /// <param name="role">The bearer's.</param>
    /// <param name="at">When it is issued; null: now.</param>
    /// <param name="trusts">The CA that its bearer trusts; null: this one.</param>
    public NodeCredentials For(CertificateRole role, DateTimeOffset? at = null, string? trusts = null)
    {
        var path = Path.Combine(_folder.FullName, $"{++_number}.pem");
        File.WriteAllText(path, Ca.IssueWithKey(role, at ?? DateTimeOffset.UtcNow));
        return new NodeCredentials(path, trusts ?? CaPath);
    }

    /// <summary>Writes certificate and key where a process expects its own.</summary>
    public void Write(string certificate, string ca, CertificateRole role, DateTimeOffset? at = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(certificate)!);
        File.WriteAllText(ca, _pem);
        Sky.Core.Processes.AtomicFile.Write(certificate, Ca.IssueWithKey(role, at ?? DateTimeOffset.UtcNow));
    }

    /// <summary>The CA's certificate with its key.</summary>
    public X509Certificate2 WithKey() => X509Certificate2.CreateFromPem(_pem, _key);

    public static ECDsa Key() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _folder.Delete(recursive: true);
}

using System.Security.Cryptography;
using Sky.Core;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;
using Sky.Core.Processes;

namespace Sky.Controller.Nodes;

/// <summary>
/// The controller's CA with its files in <c>$SKY_HOME/pki</c>: made when it is first needed, together with the certificates of the controller itself and of
/// this machine's gateway, which are renewed from then on.
/// </summary>
internal sealed class NodeAuthority(SkyHome home, TimeProvider time)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly Lock _gate = new();
    private CertificateAuthority? _ca;

    /// <summary>Whether there is one, so that nothing is made where no nodes are.</summary>
    public bool Exists => File.Exists(home.CaCertificate);

    /// <summary>The CA, made where there is none. Throws <see cref="IOException"/>, with a sentence, when its files are damaged or cannot be written.</summary>
    public CertificateAuthority Ca
    {
        get
        {
            lock (_gate)
            {
                if (_ca is null)
                {
                    _ca = Exists ? Read() : Create();
                    RenewOwn(_ca);
                }

                return _ca;
            }
        }
    }

    /// <summary>Exchanges the controller's and the gateway's certificate where two thirds of their time have passed.</summary>
    public void RenewOwn() => RenewOwn(Ca);

    private void RenewOwn(CertificateAuthority ca)
    {
        Renew(ca, home.ControllerCertificate, new CertificateRole.Controller());
        Renew(ca, home.GatewayCertificate, new CertificateRole.Gateway());
    }

    private void Renew(CertificateAuthority ca, string path, CertificateRole role)
    {
        var now = time.GetUtcNow();
        if (new NodeCredentials(path, home.CaCertificate).Current is { } there
            && now < there.RenewAt && NodeTrust.RoleOf(there.Certificate, there.Ca, NodeTrust.ClientUse, now) == role)
        {
            return;
        }

        AtomicFile.Write(path, ca.IssueWithKey(role, now));
    }

    private CertificateAuthority Read()
    {
        try
        {
            File.SetUnixFileMode(home.CaKey, AtomicFile.OwnerOnly);
            return CertificateAuthority.Read(File.ReadAllText(home.CaCertificate), File.ReadAllText(home.CaKey));
        }
        catch (Exception damaged) when (damaged is CryptographicException or ArgumentException or FileNotFoundException)
        {
            throw new IOException($"{home.CaKey} and {home.CaCertificate} are damaged: restore them, or remove {home.Pki} and enrol all nodes again");
        }
    }

    /// <summary>The certificate is written last: a CA counts from then on.</summary>
    private CertificateAuthority Create()
    {
        Directory.CreateDirectory(home.Pki, OwnerOnly);
        File.SetUnixFileMode(home.Pki, OwnerOnly);
        var (certificate, key) = CertificateAuthority.Create(time.GetUtcNow());
        AtomicFile.Write(home.CaKey, key + "\n");
        AtomicFile.Write(home.CaCertificate, certificate + "\n");
        return CertificateAuthority.Read(certificate, key);
    }
}

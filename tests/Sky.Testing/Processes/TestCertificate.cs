using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sky.Testing.Processes;

/// <summary>Certificates that tests make for themselves.</summary>
public static class TestCertificate
{
    /// <summary>Writes a new pair as PEM, valid for a month.</summary>
    public static void Write(string cert, string key, string name)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", pair, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(key, pair.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(cert, certificate.ExportCertificatePem());
    }
}

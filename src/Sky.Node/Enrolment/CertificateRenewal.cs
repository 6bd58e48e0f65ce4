using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core.Nodes.Certificates;
using Sky.Core.Nodes;
using Sky.Core.Processes;
using Sky.Node.Hosting;

namespace Sky.Node.Enrolment;

/// <summary>
/// Has a new certificate, with a new key, at two thirds of the old one's time. Connections that stand are not touched; where the controller does not answer, the old one
/// serves on and it is tried again.
/// </summary>
internal sealed partial class CertificateRenewal(
    NodeOptions options, NodeCredentials credentials, ControllerLink controller, TimeProvider time, ILogger<CertificateRenewal> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>Null: the old one is good for longer. Throws what <see cref="ControllerLink"/> does.</summary>
    public async Task<DateTimeOffset?> RenewAsync(CancellationToken cancellationToken)
    {
        if (credentials.Current is not { } own || time.GetUtcNow() < own.RenewAt)
        {
            return null;
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var answer = await controller.RenewAsync(new RenewRequest(CertificateRequests.Make(key)), cancellationToken);
        var pem = answer.Certificate + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
        var renewed = NodeCredential.Read(pem, own.Ca.ExportCertificatePem());
        if (CertificateRole.Of(renewed.Certificate) != CertificateRole.Of(own.Certificate))
        {
            throw new EnrolmentException("the controller answered with the certificate of another");
        }

        AtomicFile.Write(options.Home.NodeCertificate, pem);
        return renewed.Certificate.NotAfter;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                if (await RenewAsync(stoppingToken) is { } until)
                {
                    Renewed(logger, until);
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or EnrolmentException or CryptographicException
                || (failure is OperationCanceledException && !stoppingToken.IsCancellationRequested))
            {
                CannotRenew(logger, credentials.Current!.Certificate.NotAfter, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(5032, LogLevel.Information, "Has a new certificate, valid until {Until:u}")]
    private static partial void Renewed(ILogger logger, DateTimeOffset until);

    [LoggerMessage(5033, LogLevel.Warning, "Cannot renew the certificate, which ends {Until:u}: {Reason}")]
    private static partial void CannotRenew(ILogger logger, DateTime until, string reason);
}

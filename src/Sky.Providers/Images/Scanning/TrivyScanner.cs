using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Providers.Images.Building;
using Sky.Providers.Images.Registries;

namespace Sky.Providers.Images.Scanning;

/// <summary>Trivy's command, where <c>sky</c> runs.</summary>
/// <param name="tools">Runs it.</param>
/// <param name="access">Who we are at the image's registry.</param>
/// <param name="time">When it was scanned.</param>
internal sealed class TrivyScanner(ToolRunner tools, RegistryAccess access, TimeProvider time) : IImageScanner
{
    private const string Program = "trivy";

    public Scanner Kind => Scanner.Trivy;

    public bool NeedsPush => false;

    public async Task<ScanReport> ScanAsync(ScanTarget target, Action<string> progress, CancellationToken cancellationToken)
    {
        var call = new ToolCall(Program, ["image", "--quiet", "--format", "json", "--scanners", "vuln", target.Name]) { Variables = await LoginAsync(target, cancellationToken) };
        var run = await tools.RunAsync(call, cancellationToken)
            ?? throw new ImageException(ImageFailure.Unavailable, "The file asks for a scan by Trivy, and there is no `trivy` on the PATH: install it (https://trivy.dev), or name another scanner in security.scan.");
        if (run.ExitCode != 0)
        {
            throw new ImageException(ImageFailure.Unavailable, $"Trivy fails to scan {target.Name} (exit code {run.ExitCode}):\n{run.Complaint}");
        }
        return TrivyReport.Read(run.Output, target.Pinned ?? target.Name, time.GetUtcNow());
    }

    private async Task<Dictionary<string, string>> LoginAsync(ScanTarget target, CancellationToken cancellationToken)
    {
        var variables = new Dictionary<string, string>();
        if (ImageReference.Parse(target.Name) is { } image
            && await access.FindAsync(image.Registry, target.Task, cancellationToken) is { IdentityToken: null } credential)
        {
            variables["TRIVY_USERNAME"] = credential.Username ?? "";
            variables["TRIVY_PASSWORD"] = credential.Password ?? "";
        }
        return variables;
    }
}

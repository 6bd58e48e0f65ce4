using System.Globalization;
using Sky.Cli.Images;
using Sky.Cli.Terminal;
using Sky.Controller.Api;
using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Cli.Serve;

/// <summary>What <c>up</c> and <c>update</c> show of a file before they ask. No value of a variable is in it.</summary>
internal static class SpecSummary
{
    /// <param name="screen">Where.</param>
    /// <param name="spec">The file.</param>
    /// <param name="places">Where its replicas could stand; null when that is not known.</param>
    public static void Show(Screen screen, ServiceSpec spec, PlacesView? places = null)
    {
        var serving = spec.Serving;
        var probe = serving.ReadinessProbe;
        screen.Line(screen.Paint(Colors.Cyan, "Service spec:"));
        Row("Readiness probe method:", probe.PostData is null ? $"GET {probe.Path}" : $"POST {probe.Path} {probe.PostData}");
        Row("Readiness initial delay seconds:", Number(probe.InitialDelaySeconds));
        Row("Readiness probe timeout seconds:", Number(probe.TimeoutSeconds));
        Row("Replica autoscaling policy:", Policy(serving.ReplicaPolicy));
        Row("TLS Certificates:", serving.Tls is { } tls ? $"Keyfile: {tls.KeyFile}, Certfile: {tls.CertFile}" : "No TLS Enabled");
        Row("Load Balancing Policy:", serving.LoadBalancingPolicy);
        if (spec.Task.Security != SecuritySpec.Default || ReplicaImage.IsSure(spec))
        {
            Row("Security profile:", Profile(spec.Task.Security));
        }

        if (spec.Task.Image is { } image)
        {
            Row("Image:", image.Build is { } build ? $"built from {build.Context}{(image.Repository is { } repository ? $", pushed to {repository}" : "")}" : image.Reference ?? "-");
        }

        if (spec.Scan is { Scanner: not Scanner.None } scan)
        {
            Row("Image scan:", ScanText.Policy(scan));
        }

        if (spec.Task.Workdir is { } workdir)
        {
            Row("Workdir:", workdir);
        }

        if (spec.Task.GitWorkdir is { } git)
        {
            Row("Workdir:", git.Ref is null ? git.ShownUrl : $"{git.ShownUrl} at {git.Ref}");
        }

        screen.Line();
        screen.Line(screen.Paint(Colors.Cyan, "Each replica will use the following resources (estimated):"));
        var table = new TextTable("INFRA", "INSTANCE", "vCPUs", "Mem(GB)", "GPUS", "PORTS", "COST ($)");
        foreach (var candidate in spec.Resources.Candidates)
        {
            table.Add(Cells(candidate, fits: places is null or { Places.Count: > 0 }));
        }

        if (places is null || !PlacesTable.Show(screen, places))
        {
            foreach (var line in table.Lines(screen))
            {
                screen.Line(line);
            }
        }

        screen.Line();

        void Row(string label, string value) => screen.Line($"{label,-34}{value}");
    }

    /// <summary>In SkyServe's words.</summary>
    public static string Policy(ReplicaPolicySpec policy)
    {
        if (!policy.Autoscales)
        {
            return $"Fixed {ReplicaCount.Text(policy.MinReplicas)}";
        }

        var over = policy.NumOverprovision > 0 ? $" with {policy.NumOverprovision} overprovisioned replicas" : "";
        return $"Autoscaling from {policy.MinReplicas} to {policy.Max} replicas{over} ({PolicyText.Targets(policy)})";
    }

    /// <summary>Such as <c>restricted, loosened by add_capabilities: SYS_PTRACE</c>.</summary>
    public static string Profile(SecuritySpec security)
    {
        var profile = security.Profile.ToString().ToLowerInvariant();
        return security.Loosenings() is { Count: > 0 } loosened ? $"{profile}, loosened by {string.Join("; ", loosened)}" : profile;
    }

    /// <param name="candidate">What is asked for.</param>
    /// <param name="fits">False: it can be had nowhere, for no price.</param>
    private static Cell[] Cells(ResourceCandidate candidate, bool fits) =>
    [
        !fits && candidate.Cloud is null ? "any" : candidate.Cloud is null or "local" or "*" ? "Local" : string.Join('/', new[] { candidate.Cloud, candidate.Region, candidate.Zone }.OfType<string>()),
        candidate.InstanceType,
        candidate.Cpus?.ToString(),
        candidate.Memory?.ToString(),
        candidate.Accelerator is { } accelerator ? $"{accelerator}:{Number(candidate.AcceleratorCount)}" : "-",
        candidate.Ports.Count == 0 ? "-" : string.Join(',', candidate.Ports),
        fits ? "0.00" : "-",
    ];

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}

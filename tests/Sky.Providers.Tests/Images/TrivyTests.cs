using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Core.Specs;
using Sky.Providers.Images.Building;
using Sky.Providers.Images.Registries;
using Sky.Providers.Images.Scanning;
using Sky.Providers.Registries;
using Xunit;

namespace Sky.Providers.Tests.Images;

/// <summary>Trivy by reports of its form and a script that stands in for it; a real one is not run.</summary>
public sealed class TrivyTests : IDisposable
{
    private const string Image = "r.example/x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private const string Report = """
        {
          "SchemaVersion": 2, "CreatedAt": "2026-11-20T10:00:00Z", "ArtifactName": "r.example/x", "ArtifactType": "container_image",
          "Metadata": {"OS": {"Family": "debian", "Name": "12.8"}, "ImageID": "sha256:aa"},
          "Results": [
            {"Target": "r.example/x (debian 12.8)", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [
              {"VulnerabilityID": "CVE-2026-0001", "PkgName": "libssl3", "InstalledVersion": "3.0.14-1", "FixedVersion": "3.0.15-1", "Status": "fixed", "Severity": "CRITICAL", "Title": "openssl: overflow"},
              {"VulnerabilityID": "CVE-2011-3374", "PkgName": "apt", "InstalledVersion": "2.6.1", "Status": "affected", "Severity": "LOW"},
              {"VulnerabilityID": "CVE-2026-0002", "PkgName": "zlib1g", "InstalledVersion": "1:1.2.13", "Severity": "NEWLY_MADE_UP"}
            ]},
            {"Target": "app/x.deps.json", "Class": "lang-pkgs", "Type": "dotnet-core"}
          ]
        }
        """;

    private readonly TempFolder _path = new();

    public void Dispose() => _path.Dispose();

    [Fact]
    public void A_report_is_read_with_fixes_and_unknown_severities()
    {
        var report = TrivyReport.Read(Report, Image, DateTimeOffset.UnixEpoch);

        Assert.Equal((Scanner.Trivy, Image, 2, 3), (report.Scanner, report.Image, report.Recognised, report.Findings.Count));
        Assert.Equal(
            new Finding { Id = "CVE-2026-0001", Severity = Severity.Critical, Package = "libssl3", Installed = "3.0.14-1", Fixed = "3.0.15-1", Title = "openssl: overflow" }, report.Findings[0]);
        Assert.Equal((true, null), (report.Findings[1].Unfixed, report.Findings[1].Fixed));
        Assert.Equal(Severity.Unknown, report.Findings.Single(finding => finding.Id == "CVE-2026-0002").Severity);
        Assert.Equal((1, 1, 1), (report.Counts[Severity.Critical], report.Counts[Severity.Low], report.Counts[Severity.Unknown]));
    }

    [Fact]
    public void An_image_of_which_it_knows_nothing_has_no_findings_and_nothing_recognised()
    {
        var report = TrivyReport.Read("""{"SchemaVersion": 2, "ArtifactName": "x", "ArtifactType": "container_image"}""", Image, DateTimeOffset.UnixEpoch);

        Assert.Equal((0, 0), (report.Findings.Count, report.Recognised));
    }

    [Theory]
    [InlineData("")]
    [InlineData("FATAL: no such image")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"SchemaVersion": 1, "ArtifactName": "x"}""")]
    [InlineData("""{"SchemaVersion": 2, "ArtifactName": "x", "Results": "none"}""")]
    [InlineData("""{"SchemaVersion": 2, "ArtifactName": "x", "Results": [{"Vulnerabilities": [{"Severity": "LOW"}]}]}""")]
    [InlineData("""{"SchemaVersion": 2, "ArtifactName": "x", "Results": [{"Vulnerabilities": [""")]
    public void What_is_no_report_is_never_taken_for_a_clean_one(string text) =>
        Assert.Contains("nothing is known of the image", Assert.Throws<ImageException>(() => TrivyReport.Read(text, Image, default)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task It_is_asked_for_JSON_of_vulnerabilities_and_given_the_login()
    {
        _path.Write("report.json", Report);
        _path.Program("trivy", $"echo \"$@ $TRIVY_USERNAME $TRIVY_PASSWORD\" >{_path.At("asked")}; /bin/cat {_path.At("report.json")}; echo noise >&2");
        var task = new TaskSpec { Envs = new Dictionary<string, string> { ["SKYPILOT_DOCKER_USERNAME"] = "u", ["SKYPILOT_DOCKER_PASSWORD"] = "p", ["SKYPILOT_DOCKER_SERVER"] = "r.example" } };

        var report = await ScanAsync(new ScanTarget("r.example/x:1", task, Image));

        Assert.Equal((Image, 3), (report.Image, report.Findings.Count));
        Assert.Equal("image --quiet --format json --scanners vuln r.example/x:1 u p\n", File.ReadAllText(_path.At("asked")));
    }

    [Fact]
    public async Task A_scanner_that_is_missing_is_an_error() =>
        Assert.Contains("no `trivy` on the PATH", (await Assert.ThrowsAsync<ImageException>(() => ScanAsync(Target))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_scanner_that_fails_is_an_error_though_it_wrote_a_report()
    {
        _path.Write("report.json", Report);
        _path.Program("trivy", $"/bin/cat {_path.At("report.json")}; echo 'FATAL cannot download the database' >&2; exit 1");

        Assert.Contains("cannot download the database", (await Assert.ThrowsAsync<ImageException>(() => ScanAsync(Target))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scanner_that_says_nothing_is_an_error()
    {
        _path.Program("trivy", "exit 0");

        Assert.Contains("cannot be understood", (await Assert.ThrowsAsync<ImageException>(() => ScanAsync(Target))).Message, StringComparison.Ordinal);
    }

    private static ScanTarget Target => new(Image, new TaskSpec(), Image);

    private Task<ScanReport> ScanAsync(ScanTarget target)
    {
        Dictionary<string, string> environment = new() { ["PATH"] = _path.Path };
        var access = new RegistryAccess(environment, new DockerConfigFile(_path.At("config.json"), new CredentialHelper()), []);
        return new TrivyScanner(new ToolRunner(environment), access, TimeProvider.System).ScanAsync(target, _ => { }, TestContext.Current.CancellationToken);
    }
}

using System.Text.Json;
using Sky.Controller.Api;
using Sky.Core.Images.Scanning;
using Sky.Core.Specs;

namespace Sky.SystemTests.Cli;

/// <summary><c>sky image</c>, and images in <c>up</c>, with scripts in the places of Docker's and Trivy's commands.</summary>
public sealed class ImageTests : IDisposable
{
    private const string Id = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Clean = """{"SchemaVersion": 2, "ArtifactName": "x", "Results": [{"Target": "x", "Vulnerabilities": [{"VulnerabilityID": "CVE-1-1", "PkgName": "zlib", "Severity": "LOW"}]}]}""";
    private const string Dirty = """{"SchemaVersion": 2, "ArtifactName": "x", "Results": [{"Target": "x", "Vulnerabilities": [{"VulnerabilityID": "CVE-1-2", "PkgName": "openssl", "InstalledVersion": "3.0", "FixedVersion": "3.1", "Severity": "CRITICAL"}]}]}""";

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("sky-image-");

    private Dictionary<string, string> Variables => new() { ["PATH"] = At("bin"), ["DOCKER_CONFIG"] = At("docker") };

    public void Dispose() => _files.Delete(recursive: true);

    [Fact]
    public async Task Up_builds_scans_and_hands_over_the_bytes_and_the_findings()
    {
        await using var controller = await FakeController.StartAsync();
        Docker();
        Trivy(Clean);

        var run = await CliRun.WithAsync(controller, null, Variables, ["serve", "up", Service("trivy"), "-y"]);

        Assert.True(run.Code == 0, run.Err);
        Assert.Contains("Image scan:                       trivy, fails on high and above (1 exception)\n", run.Out);
        Assert.Contains("Scan by trivy: findings: 1 low\n", run.Err);
        var image = controller.Put!.Spec.Task.Image!;
        Assert.Equal(Id, image.Pinned);
        Assert.Matches("^sky\\.invalid/svc:sky-[0-9a-f]{32}$", image.Reference);
        Assert.Equal((Id, "CVE-1-1"), (Assert.Single(controller.Put.Scans).Image, controller.Put.Scans[0].Findings[0].Id));
        Assert.Equal($"{image.Reference}\n", await File.ReadAllTextAsync(At("scanned"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_does_not_pass_is_neither_pushed_nor_put()
    {
        await using var controller = await FakeController.StartAsync();
        Docker();
        Trivy(Dirty);

        var run = await CliRun.WithAsync(controller, null, Variables, ["serve", "up", Service("trivy", repository: "127.0.0.1:1/team/svc"), "-y"]);

        Assert.Equal(1, run.Code);
        Assert.Contains("does not pass security.scan:\n  CVE-1-2 (critical) in openssl 3.0; mended in 3.1\n", run.Err);
        Assert.Null(controller.Put);
        Assert.DoesNotContain("push", await File.ReadAllTextAsync(At("asked"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scanner_that_is_missing_is_no_pass()
    {
        await using var controller = await FakeController.StartAsync();
        Docker();

        var run = await CliRun.WithAsync(controller, null, Variables, ["serve", "up", Service("trivy"), "-y"]);

        Assert.Equal(1, run.Code);
        Assert.Contains("no `trivy` on the PATH", run.Err);
        Assert.Null(controller.Put);
    }

    [Fact]
    public async Task Without_Docker_the_error_says_so()
    {
        await using var controller = await FakeController.StartAsync();
        Directory.CreateDirectory(At("bin"));

        var run = await CliRun.WithAsync(controller, null, Variables, ["serve", "up", Service("none"), "-y"]);

        Assert.Equal(1, run.Code);
        Assert.Contains("no `docker` on the PATH", run.Err);
        Assert.Null(controller.Put);
    }

    [Fact]
    public async Task Build_prints_name_and_id_and_builds_once()
    {
        Docker();
        Service("none");

        var first = await CliRun.WithAsync(null, null, Variables, ["image", "build", At("svc"), "-o", "json"]);
        var second = await CliRun.WithAsync(null, null, Variables, ["image", "build", At("svc")]);

        Assert.Equal((0, 0), (first.Code, second.Code));
        using var json = JsonDocument.Parse(first.Out);
        Assert.Equal((Id, true), (json.RootElement.GetProperty("pinned").GetString(), json.RootElement.GetProperty("built").GetBoolean()));
        Assert.Equal($"{json.RootElement.GetProperty("name").GetString()}\n{Id}\n", second.Out);
        Assert.Contains("is built already", second.Err);
    }

    [Fact]
    public async Task A_folder_with_a_Dockerfile_alone_is_built_too()
    {
        Docker();
        Write("plain/Dockerfile", "FROM scratch\n");

        var run = await CliRun.WithAsync(null, null, Variables, ["image", "build", At("plain")]);

        Assert.StartsWith("sky.invalid/plain:sky-", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("build nothing", 2, "There is nothing to build in")]
    [InlineData("build two", 2, "several files that say what to build")]
    [InlineData("push svc", 2, "Nothing says where to push")]
    [InlineData("push svc --repository r.example/x:1", 2, "without a tag")]
    [InlineData("scan nosuch", 3, "There is no service 'nosuch'")]
    [InlineData("scan 'a b'", 2, "neither a service, nor a path, nor the name of an image")]
    public async Task What_is_wrong_is_said_before_anything_is_done(string line, int code, string words)
    {
        Docker();
        Service("none");
        Directory.CreateDirectory(At("nothing"));
        Service("none", "two/a.yaml");
        Service("none", "two/b.yaml");
        var args = line.Split(' ', 3).SelectMany((word, index) => index < 2 ? [word] : word.Split(' ')).Select(word => Directory.Exists(At(word)) ? At(word) : word);

        var run = await CliRun.WithAsync(null, null, Variables, ["image", .. line.Contains('\'', StringComparison.Ordinal) ? ["scan", "a b"] : args]);

        Assert.Equal(code, run.Code);
        Assert.Contains(words, run.Err);
    }

    [Fact]
    public async Task A_scan_of_a_path_uses_its_files_policy_and_ends_with_1_where_it_fails()
    {
        Docker();
        Trivy(Dirty);
        Service("trivy");

        var run = await CliRun.WithAsync(null, null, Variables, ["image", "scan", At("svc")]);

        Assert.Equal(1, run.Code);
        Assert.Contains("CVE-1-2", run.Out);
        Assert.Contains("does not pass", run.Err);
    }

    [Fact]
    public async Task The_findings_kept_with_a_version_are_shown()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("svc"));
        var at = "r.example/svc@" + Id;
        controller.Images = new ServiceImagesView
        {
            Service = "svc",
            Versions =
            [
                new() { Version = 1, CreatedAt = Views.Now, Status = "RETIRED", Images = [new("r.example/svc:1", at)] },
                new()
                {
                    Version = 2, CreatedAt = Views.Now, Status = "TARGET", Images = [new("r.example/svc:2", at)], Policy = new ScanSpec { Scanner = Scanner.Trivy },
                    Scans = [new ScanReport { Scanner = Scanner.Trivy, Image = at, ScannedAt = Views.Now, Findings = [new() { Id = "CVE-1-1", Severity = Severity.High, Package = "zlib" }] }.Counted()],
                },
            ],
        };

        var list = await CliRun.OfAsync(controller, "image", "list");
        var scan = await CliRun.OfAsync(controller, "image", "scan", "svc");
        var json = await CliRun.OfAsync(controller, "image", "scan", "svc", "-o", "json");
        var none = await CliRun.OfAsync(controller, "image", "scan", "svc", "--version", "1");
        var unknown = await CliRun.OfAsync(controller, "image", "scan", "svc", "--version", "7");

        Assert.Contains("1 high", list.Out);
        Assert.Contains(at, list.Out);
        Assert.Contains("scanned by trivy at 2030-01-02 03:04:05Z, findings: 1 high\n", scan.Out);
        Assert.Contains("CVE-1-1", scan.Out);
        Assert.Equal("CVE-1-1", JsonDocument.Parse(json.Out).RootElement[0].GetProperty("findings")[0].GetProperty("id").GetString());
        Assert.Equal((3, 3), (none.Code, unknown.Code));
        Assert.Contains("was not scanned", none.Err);
    }

    private string At(string name) => Path.Combine(_files.FullName, name);

    private void Docker() => Program("docker", $$"""
        echo "$*" >>{{At("asked")}}
        case $1 in
            version) echo linux/amd64 ;;
            image) [ -f {{At("built")}} ] || { echo "Error: No such image: $4" >&2; exit 1; }; echo '{"Id":"{{Id}}","RepoDigests":[]}' ;;
            build) : >{{At("built")}}; echo "#1 building" >&2 ;;
            *) exit 9 ;;
        esac
        """);

    private void Trivy(string report) => Program("trivy", $"echo \"${{@: -1}}\" >{At("scanned")}\nprintf '%s' '{report}'");

    private void Program(string name, string script) =>
        File.SetUnixFileMode(Write($"bin/{name}", $"#!/bin/bash\n{script}\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private string Service(string scanner, string file = "svc/sky-serve.yaml", string? repository = null)
    {
        Write(Path.Combine(Path.GetDirectoryName(file)!, "src/Dockerfile"), "FROM scratch\n");
        var push = repository is null ? "" : $", repository: '{repository}'";
        return Write(file, $"service: {{replicas: 1}}\nresources: {{ports: 8080}}\nimage: {{build: src{push}}}\nsecurity: {{scan: {{scanner: {scanner}, fail_on: high, ignore: [CVE-9-9]}}}}\n");
    }

    private string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
        return At(name);
    }
}

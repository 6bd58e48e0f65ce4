using System.Text.Json.Nodes;
using Amazon.Runtime;
using Microsoft.Extensions.Time.Testing;
using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Core.Specs;
using Sky.Providers.Aws;
using Sky.Providers.Images.Registries;
using Sky.Providers.Images.Scanning;
using Sky.Testing.Clouds.Aws;
using Xunit;

namespace Sky.Providers.Tests.Images;

/// <summary>Amazon ECR as moto plays it; a real one is not asked.</summary>
public sealed class EcrTests
{
    private const string Region = "us-east-1";
    private const string Account = "123456789012";
    private const string Registry = $"{Account}.dkr.ecr.{Region}.amazonaws.com";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_login_is_given_and_a_scan_is_begun_and_read()
    {
        Assert.SkipWhen(MotoServer.SkipReason is not null, MotoServer.SkipReason ?? "");
        await using var moto = await MotoServer.StartAsync();
        using var http = new HttpClient();
        var client = Client(http, moto.Url);

        var login = await new EcrLogin(_ => client).LoginAsync(Registry, Token);
        Assert.Equal(("AWS", $"{Account}-auth-token"), (login!.Username, login.Password));

        var pinned = await PutImageAsync(client, "team/x");
        var scanner = new EcrScanner(_ => client, TimeProvider.System);
        var report = await scanner.ScanAsync(new ScanTarget(pinned, new TaskSpec(), pinned), _ => { }, Token);

        Assert.Equal((Scanner.Ecr, pinned), (report.Scanner, report.Image));
        Assert.Equal(new Finding { Id = "CVE-9999-9999", Severity = Severity.High, Package = "moto_fake", Installed = "9.9.9" }, Assert.Single(report.Findings));

        await SetAsync(http, moto.Url, "team/y", """
            {"imageScanStatus": {"status": "COMPLETE"}, "imageScanFindings": {"enhancedFindings": [
              {"severity": "CRITICAL", "title": "CVE-2026-1 - libssl3", "fixAvailable": "YES", "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-2026-1",
                "vulnerablePackages": [{"name": "libssl3", "version": "3.0.1", "fixedInVersion": "3.0.2"}]}},
              {"severity": "UNTRIAGED", "title": "CVE-2026-2 - apt", "fixAvailable": "NO", "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-2026-2",
                "vulnerablePackages": [{"name": "apt", "version": "2.6", "fixedInVersion": "NotAvailable"}]}}]}}
            """);
        var enhanced = await PutImageAsync(client, "team/y");
        var findings = (await scanner.ScanAsync(new ScanTarget(enhanced, new TaskSpec(), enhanced), _ => { }, Token)).Findings;
        Assert.Equal(("CVE-2026-1", Severity.Critical, "3.0.2", false), (findings[0].Id, findings[0].Severity, findings[0].Fixed, findings[0].Unfixed));
        Assert.Equal(("CVE-2026-2", Severity.Unknown, null, true), (findings[1].Id, findings[1].Severity, findings[1].Fixed, findings[1].Unfixed));

        await SetAsync(http, moto.Url, "team/z", """{"imageScanStatus": {"status": "FAILED", "description": "UnsupportedImageError"}}""");
        var failed = await PutImageAsync(client, "team/z");
        Assert.Contains("UnsupportedImageError", (await Refused(scanner, failed)).Message, StringComparison.Ordinal);
        Assert.Contains("RepositoryNotFound", ((AwsException)(await Refused(scanner, $"{Registry}/none@{new string('0', 64).Insert(0, "sha256:")}")).InnerException!).Code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_elsewhere_cannot_be_scanned_by_it() => Assert.Contains(
        "not in a registry of its",
        (await Refused(new EcrScanner(_ => throw new InvalidOperationException(), TimeProvider.System), "ghcr.io/a@sha256:" + new string('0', 64))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task An_answer_without_findings_is_never_taken_for_a_clean_one()
    {
        using var http = new HttpClient(new StubHandler((_, _) => StubHandler.Json("""{"imageScanStatus": {"status": "COMPLETE"}}""")));

        var failure = await Refused(new EcrScanner(_ => Client(http, new("http://aws.test/")), TimeProvider.System), Registry + "/a@sha256:" + new string('0', 64));

        Assert.Contains("not even that there are none", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_pages_are_read()
    {
        using var http = new HttpClient(new StubHandler((_, body) => StubHandler.Json(body.Contains("more", StringComparison.Ordinal)
            ? """{"imageScanStatus": {"status": "COMPLETE"}, "imageScanFindings": {"findings": [{"name": "CVE-1-2", "severity": "LOW"}]}}"""
            : """{"imageScanStatus": {"status": "COMPLETE"}, "nextToken": "more", "imageScanFindings": {"findings": [{"name": "CVE-1-1", "severity": "CRITICAL"}]}}""")));
        var image = Registry + "/a@sha256:" + new string('0', 64);

        var report = await new EcrScanner(_ => Client(http, new("http://aws.test/")), TimeProvider.System).ScanAsync(new ScanTarget(image, new TaskSpec(), image), _ => { }, Token);

        Assert.Equal(["CVE-1-1", "CVE-1-2"], report.Findings.Select(finding => finding.Id));
    }

    [Fact]
    public async Task A_scan_of_another_day_is_begun_again()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 12, 0, 0, TimeSpan.Zero));
        var begun = 0;
        using var http = new HttpClient(new StubHandler((request, _) =>
        {
            begun += request.Headers.GetValues("X-Amz-Target").Single().EndsWith("StartImageScan", StringComparison.Ordinal) ? 1 : 0;
            return StubHandler.Json(Result(time.GetUtcNow() - (begun == 0 ? TimeSpan.FromDays(2) : TimeSpan.FromHours(1))));
        }));
        var image = Registry + "/a@sha256:" + new string('0', 64);

        var report = await new EcrScanner(_ => Client(http, new("http://aws.test/"), time), time).ScanAsync(new ScanTarget(image, new TaskSpec(), image), _ => { }, Token);

        Assert.Equal((1, time.GetUtcNow().AddHours(-1)), (begun, report.ScannedAt));

        static string Result(DateTimeOffset at) =>
            $$$"""{"imageScanStatus": {"status": "COMPLETE"}, "imageScanFindings": {"imageScanCompletedAt": {{{at.ToUnixTimeSeconds()}}}, "findings": []}}""";
    }

    [Fact]
    public async Task A_throttled_call_is_repeated_with_pauses_and_a_refused_one_is_not()
    {
        var time = new FakeTimeProvider();
        var calls = 0;
        using var throttled = new HttpClient(new StubHandler((_, _) => ++calls < 3
            ? StubHandler.Json("""{"__type": "ThrottlingException", "message": "slow down"}""", System.Net.HttpStatusCode.BadRequest)
            : StubHandler.Json("""{"ok": true}""")));
        var answer = Client(throttled, new("http://aws.test/"), time).CallAsync("DescribeRepositories", [], Token);
        while (!answer.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.True((await answer)["ok"]!.GetValue<bool>());
        using var refused = new HttpClient(new StubHandler((_, _) => StubHandler.Json("""{"__type": "AccessDeniedException", "message": "no"}""", System.Net.HttpStatusCode.BadRequest)));
        Assert.Equal("AccessDeniedException", (await Assert.ThrowsAsync<AwsException>(() => Client(refused, new("http://aws.test/")).CallAsync("X", [], Token))).Code);
    }

    [Fact]
    public async Task Every_header_of_AWS_is_signed()
    {
        var stub = new StubHandler((_, _) => StubHandler.Json("{}"));
        using var http = new HttpClient(stub);
        await new AwsJsonClient(http, _ => null, TimeProvider.System, EcrLogin.Service, "eu-west-1", new SessionAWSCredentials("AKIAEXAMPLE", "secret", "session")).CallAsync("GetAuthorizationToken", [], Token);

        var request = Assert.Single(stub.Requests);
        Assert.StartsWith("POST https://api.ecr.eu-west-1.amazonaws.com/ AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/", request, StringComparison.Ordinal);
        Assert.Contains("/eu-west-1/ecr/aws4_request", request, StringComparison.Ordinal);
        Assert.Contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target", request, StringComparison.Ordinal);
    }

    private static AwsJsonClient Client(HttpClient http, Uri url, TimeProvider? time = null) =>
        new(http, name => name == "AWS_ENDPOINT_URL_ECR" ? url.AbsoluteUri : null, time ?? TimeProvider.System, EcrLogin.Service, Region, new BasicAWSCredentials("test", "test"));

    private static async Task<ImageException> Refused(EcrScanner scanner, string image) =>
        await Assert.ThrowsAsync<ImageException>(() => scanner.ScanAsync(new ScanTarget(image, new TaskSpec(), image), _ => { }, Token));

    private static async Task<string> PutImageAsync(AwsJsonClient client, string repository)
    {
        await client.CallAsync("CreateRepository", new JsonObject { ["repositoryName"] = repository }, Token);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2, ["mediaType"] = "application/vnd.docker.distribution.manifest.v2+json",
            ["config"] = new JsonObject { ["mediaType"] = "application/vnd.docker.container.image.v1+json", ["size"] = 1, ["digest"] = "sha256:" + new string('a', 64) },
            ["layers"] = new JsonArray(), ["annotations"] = new JsonObject { ["of"] = repository },
        };
        var put = await client.CallAsync("PutImage", new JsonObject { ["repositoryName"] = repository, ["imageManifest"] = manifest.ToJsonString(), ["imageTag"] = "1" }, Token);
        return $"{Registry}/{repository}@{put["image"]!["imageId"]!["imageDigest"]!.GetValue<string>()}";
    }

    private static async Task SetAsync(HttpClient http, Uri moto, string repository, string result)
    {
        var one = (JsonObject)JsonNode.Parse(result)!;
        one["repositoryName"] = repository;
        one["imageId"] = new JsonObject();
        // Of a known length: moto reads no other.
        using var body = new StringContent(new JsonObject { ["results"] = new JsonArray(one), ["region"] = Region }.ToJsonString());
        using var answer = await http.PostAsync(new Uri(moto, "moto-api/static/ecr/scan-finding-results"), body, Token);
        answer.EnsureSuccessStatusCode();
    }
}

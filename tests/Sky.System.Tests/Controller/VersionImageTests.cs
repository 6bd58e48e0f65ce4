using System.Net;
using System.Text.Json;
using Sky.Controller.Api;
using Sky.Core.Engines;
using Sky.Core.Images.Scanning;
using Sky.Core.Specs;
using Sky.Testing.Images;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>Which bytes versions run, and the gate in front of them, at the controller's API.</summary>
public sealed class VersionImageTests
{
    private const string Tag = "r.example/x:1";
    private readonly FakeImages _images = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tag_is_resolved_once_and_a_rollback_runs_the_same_bytes_after_it_was_moved()
    {
        await using var sky = await ControllerFixture.StartAsync(_images);
        var first = _images.Move(Tag, "one");
        (await sky.PutAsync("a", Spec())).EnsureSuccessStatusCode();
        await RunsAsync(sky, first);

        // The same file again: nothing new while the tag stays, a version of its own once it was moved.
        Assert.True((await ControllerFixture.AnswerAsync(await sky.PutAsync("a", Spec()))).Unchanged);
        var second = _images.Move(Tag, "two");
        Assert.Equal(2, (await ControllerFixture.AnswerAsync(await sky.PutAsync("a", Spec()))).Version);
        await RunsAsync(sky, second);

        (await sky.PostAsync("services/a/rollback", "{\"to\":1}")).EnsureSuccessStatusCode();
        await RunsAsync(sky, first);
        var versions = (await ImagesAsync(sky)).Versions;
        Assert.Equal([(1, Tag, first), (2, Tag, second)], versions.Select(version => (version.Version, version.Images[0].Name, version.Images[0].Pinned!)));
    }

    [Fact]
    public async Task An_image_id_is_resolved_too()
    {
        await using var sky = await ControllerFixture.StartAsync(_images);
        var pinned = _images.Move(Tag, "one");
        var spec = TestSpecs.Spec() with { Resources = new ResourcesSpec { Candidates = [new ResourceCandidate { ImageId = "docker:" + Tag }] } };

        (await sky.PutAsync("a", spec)).EnsureSuccessStatusCode();

        await RunsAsync(sky, pinned);
        Assert.Equal(new VersionImageView(Tag, pinned), Assert.Single(Assert.Single((await ImagesAsync(sky)).Versions).Images));
    }

    [Fact]
    public async Task What_cannot_be_resolved_changes_nothing()
    {
        await using var sky = await ControllerFixture.StartAsync(_images);
        using var missing = await sky.PutAsync("a", Spec());
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "image"), (missing.StatusCode, (await ControllerFixture.ErrorAsync(missing)).Code));

        _images.Unreachable = true;
        using var unreachable = await sky.PutAsync("a", Spec());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unreachable.StatusCode);
        Assert.Contains("Nothing was changed", (await ControllerFixture.ErrorAsync(unreachable)).Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await sky.Http.GetAsync("/api/v1/services/a/history", Token)).StatusCode);
    }

    [Fact]
    public async Task The_base_image_of_a_file_without_one_is_pinned_too()
    {
        await using var sky = await ControllerFixture.StartAsync(_images);
        var first = _images.Move(ControllerFixture.BaseImage, "one");
        (await sky.PutAsync("a", TestSpecs.Spec())).EnsureSuccessStatusCode();
        await BaseRunsAsync(sky, first);
        Assert.True((await ControllerFixture.AnswerAsync(await sky.PutAsync("a", TestSpecs.Spec()))).Unchanged);

        var second = _images.Move(ControllerFixture.BaseImage, "two");
        Assert.Equal(2, (await ControllerFixture.AnswerAsync(await sky.PutAsync("a", TestSpecs.Spec()))).Version);
        await BaseRunsAsync(sky, second);
        (await sky.PostAsync("services/a/rollback", "{\"to\":1}")).EnsureSuccessStatusCode();
        await BaseRunsAsync(sky, first);
        Assert.Equal([first, second], (await ImagesAsync(sky)).Versions.Select(version => Assert.Single(version.Images).Pinned!));
    }

    [Fact]
    public async Task A_base_image_that_cannot_be_resolved_is_run_by_its_name_and_told()
    {
        await using var sky = await ControllerFixture.StartAsync(_images);
        _images.Unreachable = true;

        var answer = await ControllerFixture.AnswerAsync(await sky.PutAsync("a", TestSpecs.Spec()));

        Assert.Contains("The base image r.example/base:1 is run by its name", Assert.Single(answer.Notices), StringComparison.Ordinal);
        await BaseRunsAsync(sky, null);
    }

    [Fact]
    public async Task What_claims_to_be_pinned_must_be()
    {
        await using var sky = await ControllerFixture.StartAsync(_images);
        var spec = Spec();

        using var response = await sky.PutAsync("a", spec with { Task = spec.Task with { Image = new() { Reference = Tag, Pinned = Tag } } });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task An_image_that_is_still_to_be_built_is_refused()
    {
        await using var sky = await ControllerFixture.StartAsync(_images);
        var spec = Spec();

        using var response = await sky.PutAsync("a", spec with { Task = spec.Task with { Image = new() { Build = new() { Context = "/", Directory = "/" } } } });

        Assert.Contains("still to be built", (await ControllerFixture.ErrorAsync(response)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_policy_nothing_runs_without_findings_that_pass_it()
    {
        await using var sky = await ControllerFixture.StartAsync(_images);
        var pinned = _images.Move(Tag, "one");
        var policy = new ScanSpec { Scanner = Scanner.Trivy, FailOn = Severity.High };
        var spec = Spec() with { Scan = policy };

        await RefusedAsync(await sky.PutAsync("a", spec), "there are no findings");
        await RefusedAsync(await sky.PutAsync("a", spec, scans: Report("r.example/x@sha256:00")), "scan it again");
        await RefusedAsync(await sky.PutAsync("a", spec, scans: Report(pinned) with { Scanner = Scanner.Ecr }), "those of ecr");
        await RefusedAsync(await sky.PutAsync("a", spec, scans: Report(pinned, Severity.Low, Severity.Critical)), "CVE-1-1 (critical) in zlib");
        await RefusedAsync(await sky.PutAsync("a", spec with { Scan = policy with { Ignore = [new("CVE-1-1", new DateOnly(2020, 1, 1))] } }, scans: Report(pinned, Severity.Low, Severity.Critical)), "CVE-1-1");
        Assert.Equal(HttpStatusCode.NotFound, (await sky.Http.GetAsync("/api/v1/services/a/history", Token)).StatusCode);

        (await sky.PutAsync("a", spec with { Scan = policy with { Ignore = [new("CVE-1-1")] } }, scans: Report(pinned, Severity.Low, Severity.Critical))).EnsureSuccessStatusCode();

        var version = Assert.Single((await ImagesAsync(sky)).Versions);
        Assert.Equal((Severity.High, "CVE-1-1", 2), (version.Policy!.FailOn, version.Scans[0].Findings[0].Id, version.Scans[0].Counts.Values.Sum()));
    }

    [Fact]
    public async Task Of_many_findings_the_worst_are_kept_and_all_are_counted()
    {
        await using var sky = await ControllerFixture.StartAsync(_images);
        var pinned = _images.Move(Tag, "one");
        var many = Report(pinned, [.. Enumerable.Repeat(Severity.Low, 1000), Severity.High]);

        (await sky.PutAsync("a", Spec() with { Scan = new() { Scanner = Scanner.Trivy } }, scans: many)).EnsureSuccessStatusCode();

        var kept = Assert.Single(Assert.Single((await ImagesAsync(sky)).Versions).Scans);
        Assert.Equal((200, Severity.High, 1000), (kept.Findings.Count, kept.Findings[0].Severity, kept.Counts[Severity.Low]));
    }

    private static ServiceSpec Spec()
    {
        var spec = TestSpecs.Spec();
        return spec with { Task = spec.Task with { Image = new() { Reference = Tag } } };
    }

    private static ScanReport Report(string image, params Severity[] severities) => new()
    {
        Scanner = Scanner.Trivy, Image = image, ScannedAt = TimeProvider.System.GetUtcNow(),
        Findings = [.. severities.Select((severity, index) => new Finding { Id = $"CVE-1-{index}", Severity = severity, Package = "zlib" })],
    };

    private static async Task RefusedAsync(HttpResponseMessage response, string reason)
    {
        using (response)
        {
            var error = await ControllerFixture.ErrorAsync(response);
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "scan_refused"), (response.StatusCode, error.Code));
            Assert.Contains(error.Problems, problem => problem.Message.Contains(reason, StringComparison.Ordinal));
        }
    }

    private static async Task<ServiceImagesView> ImagesAsync(ControllerFixture sky) =>
        JsonSerializer.Deserialize(await sky.GetAsync("services/a/images"), ApiJson.Default.ServiceImagesView)!;

    /// <summary>Waits until a replica runs these bytes.</summary>
    private static Task RunsAsync(ControllerFixture sky, string image) => UntilAsync(sky, request => request.Image == image);

    /// <summary>Waits until a replica without an image runs in this.</summary>
    private static Task BaseRunsAsync(ControllerFixture sky, string? image) => UntilAsync(sky, request => request.Image is null && request.BaseImage == image);

    private static async Task UntilAsync(ControllerFixture sky, Predicate<RunRequest> any)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        while (!sky.Engine.Living.Any(request => any(request)))
        {
            await Task.Delay(20, deadline.Token);
        }
    }
}

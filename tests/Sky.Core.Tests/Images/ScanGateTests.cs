using Sky.Core.Images.Scanning;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Images;

public sealed class ScanGateTests
{
    private const string Image = "r.example/x@sha256:aa";
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 23, 59, 59, TimeSpan.Zero);

    [Fact]
    public void Without_a_policy_everything_passes()
    {
        Assert.True(ScanGate.Decide(null, null, Image, Now).Passed);
        Assert.True(ScanGate.Decide(new() { Scanner = Scanner.None }, null, Image, Now).Passed);
    }

    [Fact]
    public void Nobody_having_looked_is_no_pass() =>
        Assert.Contains("no findings", Assert.Single(ScanGate.Decide(new() { Scanner = Scanner.Trivy }, null, Image, Now).Reasons), StringComparison.Ordinal);

    [Fact]
    public void Findings_of_another_image_or_another_scanner_are_no_pass()
    {
        var policy = new ScanSpec { Scanner = Scanner.Trivy };

        Assert.Contains("scan it again", Assert.Single(ScanGate.Decide(policy, Report(), "r.example/x@sha256:bb", Now).Reasons), StringComparison.Ordinal);
        Assert.Contains("those of ecr", Assert.Single(ScanGate.Decide(policy, Report() with { Scanner = Scanner.Ecr }, Image, Now).Reasons), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Severity.Critical, Severity.Critical, false)]
    [InlineData(Severity.High, Severity.Critical, true)]
    [InlineData(Severity.High, Severity.High, false)]
    [InlineData(Severity.Critical, Severity.Low, false)]
    [InlineData(Severity.Unknown, Severity.Low, true)]
    [InlineData(Severity.Unknown, Severity.Unknown, false)]
    public void Findings_from_the_severity_on_refuse(Severity found, Severity failOn, bool passes) =>
        Assert.Equal(passes, ScanGate.Decide(new() { Scanner = Scanner.Trivy, FailOn = failOn }, Report(Found("CVE-1-1", found)), Image, Now).Passed);

    [Fact]
    public void Findings_without_a_severity_are_told()
    {
        var verdict = ScanGate.Decide(new() { Scanner = Scanner.Trivy }, Report(Found("CVE-1-1", Severity.Unknown)), Image, Now);

        Assert.Contains("1 finding has no severity", Assert.Single(verdict.Notices), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void What_nothing_mends_may_be_passed_over_and_what_nobody_says_so_of_may_not(bool unfixed, bool ignored, bool passes) =>
        Assert.Equal(passes, ScanGate.Decide(
            new() { Scanner = Scanner.Trivy, IgnoreUnfixed = ignored }, Report(Found("CVE-1-1", Severity.Critical) with { Unfixed = unfixed }), Image, Now).Passed);

    [Fact]
    public void A_scanner_that_knew_nothing_of_the_image_is_told() =>
        Assert.Contains("recognised no packages", Assert.Single(ScanGate.Decide(new() { Scanner = Scanner.Trivy }, Report() with { Recognised = 0 }, Image, Now).Notices), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, true)]
    [InlineData("2026-11-27", true)]
    [InlineData("2026-11-26", true)]
    [InlineData("2026-11-25", false)]
    public void An_exception_lasts_to_the_end_of_its_day(string? until, bool passes)
    {
        var policy = new ScanSpec { Scanner = Scanner.Trivy, Ignore = [new("cve-1-1", until is null ? null : DateOnly.Parse(until, null))] };

        var verdict = ScanGate.Decide(policy, Report(Found("CVE-1-1", Severity.Critical)), Image, Now);

        Assert.Equal(passes, verdict.Passed);
        Assert.Equal(passes ? 0 : 1, verdict.Notices.Count(notice => notice.Contains("ended on 2026-11-25", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_exception_is_for_its_own_finding_only() =>
        Assert.False(ScanGate.Decide(new() { Scanner = Scanner.Trivy, Ignore = [new("CVE-1-2")] }, Report(Found("CVE-1-1", Severity.Critical)), Image, Now).Passed);

    [Fact]
    public void One_vulnerability_in_many_packages_is_one_reason_and_the_worst_comes_first()
    {
        var verdict = ScanGate.Decide(
            new() { Scanner = Scanner.Trivy, FailOn = Severity.High },
            Report(
                Found("CVE-1-1", Severity.High) with { Unfixed = true },
                Found("CVE-2-2", Severity.Critical) with { Package = "libssl", Fixed = "3.0.2" },
                Found("CVE-2-2", Severity.Critical) with { Package = "openssl", Fixed = "3.0.2" }),
            Image, Now);

        Assert.Equal(["CVE-2-2 (critical) in libssl 1.0, openssl 1.0; mended in 3.0.2", "CVE-1-1 (high) in zlib 1.0; no version mends it yet"], verdict.Reasons);
    }

    [Fact]
    public void What_is_kept_is_the_worst_and_the_counts_of_all()
    {
        var kept = Report(Found("CVE-1-1", Severity.Low), Found("CVE-1-2", Severity.Critical), Found("CVE-1-3", Severity.Low)).Kept(1);

        Assert.Equal("CVE-1-2", Assert.Single(kept.Findings).Id);
        Assert.Equal((1, 2), (kept.Counts[Severity.Critical], kept.Counts[Severity.Low]));
    }

    [Theory]
    [InlineData(-25 * 60, "older than 24 hours: scan it again")]
    [InlineData(-23 * 60, null)]
    [InlineData(5, null)]
    [InlineData(15, "from the future: compare the clocks")]
    public void Findings_count_for_a_day_and_not_before_they_were_made(int minutes, string? refused)
    {
        var verdict = ScanGate.Decide(new ScanSpec { Scanner = Scanner.Trivy }, Report() with { ScannedAt = Now.AddMinutes(minutes) }, Image, Now);
        Assert.Equal(refused is null, verdict.Passed);
        Assert.Equal(refused is null ? 0 : 1, verdict.Reasons.Count(reason => reason.Contains(refused!, StringComparison.Ordinal)));
    }

    private static ScanReport Report(params Finding[] findings) => new() { Scanner = Scanner.Trivy, Image = Image, ScannedAt = Now, Findings = findings };

    private static Finding Found(string id, Severity severity) => new() { Id = id, Severity = severity, Package = "zlib", Installed = "1.0" };
}

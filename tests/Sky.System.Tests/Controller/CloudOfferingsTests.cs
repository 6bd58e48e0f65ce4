using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Provisioning;
using Sky.Core.Clouds;
using Sky.Core.Specs;
using Sky.Testing.Clouds;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>How often a cloud is asked that cannot be asked.</summary>
public sealed class CloudOfferingsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeCloud _cloud = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private int Asked => _cloud.Calls.Count(call => call == "Offerings");

    [Fact]
    public async Task A_cloud_that_was_never_set_up_is_no_trouble_to_those_who_do_not_name_it()
    {
        using var offerings = new CloudOfferings(_cloud, _time);
        _cloud.FailNext(new CloudException(CloudFailure.Unauthorized, "it has no credentials"));
        Assert.Equal((0, null), await AnswerAsync(offerings, named: false));
        Assert.Equal((0, "it has no credentials"), await AnswerAsync(offerings, named: true));
    }

    [Fact]
    public async Task A_failure_is_remembered_twice_as_long_each_time_and_at_most_for_half_a_minute()
    {
        using var offerings = new CloudOfferings(_cloud, _time);
        foreach (var pause in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            _cloud.FailNext(new CloudException(CloudFailure.Unavailable, "it is not there"));
            var before = Asked;
            Assert.Equal("it is not there", (await offerings.AskAsync(named: false, doubted: false, Cancel)).Trouble);
            Assert.Equal(before + 1, Asked);
            _time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            Assert.Equal("it is not there", (await offerings.AskAsync(named: false, doubted: false, Cancel)).Trouble);
            Assert.Equal(before + 1, Asked);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Single((await offerings.AskAsync(named: false, doubted: false, Cancel)).Offerings);
    }

    [Fact]
    public async Task Who_names_the_cloud_waits_for_a_second_at_most()
    {
        using var offerings = new CloudOfferings(_cloud, _time);
        for (var failure = 0; failure < 4; failure++)
        {
            _cloud.FailNext(new CloudException(CloudFailure.Unavailable, "it is not there"));
            await offerings.AskAsync(named: true, doubted: false, Cancel);
            Assert.NotNull((await offerings.AskAsync(named: true, doubted: false, Cancel)).Trouble);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(4, Asked);
        Assert.Null((await offerings.AskAsync(named: true, doubted: false, Cancel)).Trouble);
        Assert.Null((await offerings.AskAsync(named: false, doubted: false, Cancel)).Trouble);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Why_nothing_is_in_a_region_that_someone_names_is_said_whatever_else_is_there(bool fails)
    {
        var cloud = new FakeCloud("docker") { Troubles = { ["far"] = "far is another machine: join it" } };
        if (fails)
        {
            cloud.FailNext(new CloudException(CloudFailure.Unavailable, "it is not there"));
        }

        using var placements = new Placements([cloud], _time);
        var spec = SpecReader.Read("service: {readiness_probe: /}\nresources: {infra: docker/far, ports: 8080}\nrun: x\n"u8.ToArray(), new SpecOptions { BaseDirectory = "/" }).Spec!;
        var answer = await placements.ChooseAsync(spec, Cancel);
        Assert.Empty(answer.Choices);
        Assert.Equal("far is another machine: join it", answer.Reason);
    }

    [Fact]
    public async Task After_it_answered_a_failure_begins_anew_and_what_it_said_counts()
    {
        using var offerings = new CloudOfferings(_cloud, _time);
        await offerings.AskAsync(named: false, doubted: false, Cancel);
        _time.Advance(TimeSpan.FromSeconds(31));
        _cloud.FailNext(new CloudException(CloudFailure.Unavailable, "it is not there"));
        var (kept, trouble) = await offerings.AskAsync(named: false, doubted: false, Cancel);
        Assert.Single(kept);
        Assert.Null(trouble);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        await offerings.AskAsync(named: false, doubted: false, Cancel);
        Assert.Equal(2, Asked);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await offerings.AskAsync(named: false, doubted: false, Cancel);
        Assert.Equal(3, Asked);
    }

    [Fact]
    public async Task What_is_doubted_or_follows_from_something_else_now_is_asked_anew()
    {
        using var offerings = new CloudOfferings(_cloud, _time);
        await offerings.AskAsync(named: false, doubted: false, Cancel);
        await offerings.AskAsync(named: false, doubted: true, Cancel);
        Assert.Equal(1, Asked);
        _time.Advance(TimeSpan.FromSeconds(1));
        await offerings.AskAsync(named: false, doubted: false, Cancel);
        Assert.Equal(1, Asked);
        await offerings.AskAsync(named: false, doubted: true, Cancel);
        Assert.Equal(2, Asked);
        _cloud.Basis = new object();
        await offerings.AskAsync(named: false, doubted: false, Cancel);
        await offerings.AskAsync(named: false, doubted: false, Cancel);
        Assert.Equal(3, Asked);
    }

    private static async Task<(int Offerings, string? Trouble)> AnswerAsync(CloudOfferings offerings, bool named)
    {
        var (list, trouble) = await offerings.AskAsync(named, doubted: false, Cancel);
        return (list.Count, trouble);
    }
}

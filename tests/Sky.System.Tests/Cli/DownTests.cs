using Sky.Controller.Api;
using Sky.Core.Services;

namespace Sky.SystemTests.Cli;

public sealed class DownTests
{
    [Fact]
    public async Task An_underscore_is_no_wildcard_in_down()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("my-svc"));

        var run = await CliRun.OfAsync(controller, "serve", "down", "my_svc", "-y");

        Assert.Equal((3, "No service to terminate.\n", "Service 'my_svc' not found.\n"), (run.Code, run.Out, run.Err));
        Assert.DoesNotContain(controller.Requests, request => request.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("test-*", "test-a test-b")]
    [InlineData("test-?", "test-a test-b")]
    [InlineData("test-[!a]", "test-b")]
    [InlineData("*", "prod test-a test-b")]
    [InlineData("TEST-*", "")]
    [InlineData("prod", "prod")]
    public async Task Patterns_are_those_of_a_shell(string pattern, string expected)
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("test-a"), Views.Ready("test-b"), Views.Ready("prod"));

        await CliRun.OfAsync(controller, "serve", "down", pattern, "-y", "--async");

        var deleted = controller.Requests.Where(request => request.StartsWith("DELETE", StringComparison.Ordinal)).Select(request => request["DELETE /services/".Length..]);
        Assert.Equal(expected, string.Join(' ', deleted));
    }

    [Fact]
    public async Task Waits_until_the_service_is_gone()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("a"));

        var run = await CliRun.OfAsync(controller, "serve", "down", "a", "-y");

        Assert.Equal((0, "Service 'a' is scheduled to be terminated.\nService 'a' is terminated.\n"), (run.Code, run.Out));
    }

    [Fact]
    public async Task Asks_with_the_words_of_SkyServe()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("a"), Views.Ready("b"));

        var no = await CliRun.AtTerminalAsync(controller, "n\n", "serve", "down", "-a");
        var yes = await CliRun.AtTerminalAsync(controller, "\n", "serve", "down", "-a", "--async");

        Assert.Equal((1, "Terminating service(s) 'a', 'b'. Proceed? [Y/n]: "), (no.Code, no.Out));
        Assert.Equal(0, yes.Code);
        Assert.Equal(2, controller.Requests.Count(request => request.StartsWith("DELETE", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_a_terminal_and_without_yes_nothing_is_done()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("a"));

        var run = await CliRun.OfAsync(controller, "serve", "down", "a");

        Assert.Equal(2, run.Code);
        Assert.Contains("pass -y", run.Err);
        Assert.DoesNotContain(controller.Requests, request => request.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a", "--all")]
    [InlineData("--replica-id", "1")]
    [InlineData("--all", "--replica-id", "1")]
    [InlineData("a*", "--replica-id", "1")]
    [InlineData("a", "b", "--replica-id", "1")]
    [InlineData]
    public async Task Parts_that_do_not_go_together_are_input_errors(params string[] args)
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("a"), Views.Ready("b"));

        var run = await CliRun.OfAsync(controller, ["serve", "down", "-y", .. args]);

        Assert.Equal(2, run.Code);
        Assert.Empty(controller.Requests);
    }

    [Fact]
    public async Task One_replica_can_be_taken_down()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("a", Views.Replica(7)));

        var run = await CliRun.OfAsync(controller, "serve", "down", "a", "--replica-id", "7", "-y", "--async");
        var missing = await CliRun.OfAsync(controller, "serve", "down", "a", "--replica-id", "8", "-y", "--async");

        Assert.Equal(0, run.Code);
        Assert.Contains("DELETE /services/a/replicas/7", controller.Requests);
        Assert.Equal(3, missing.Code);
    }

    [Fact]
    public async Task A_failed_service_needs_purge()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("a") with { Status = ServiceStatus.FailedCleanup });
        controller.Refusals["DELETE /services/a"] = (409, new ApiError { Code = "failed_state", Message = "no" });

        var run = await CliRun.OfAsync(controller, "serve", "down", "a", "-y");
        var purged = await CliRun.OfAsync(controller, "serve", "down", "a", "-y", "--purge");

        Assert.Equal(1, run.Code);
        Assert.Contains("Service 'a' is in failed status (FAILED_CLEANUP). Skipping its termination", run.Err);
        Assert.Equal(0, purged.Code);
    }
}

using System.Text.Json;
using Sky.Cli.Serve;
using Sky.Cli.Terminal;
using Sky.Core.Services;

namespace Sky.SystemTests.Cli;

public sealed class StatusTests
{
    [Fact]
    public async Task Tables_have_the_columns_of_SkyServe()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("hello"));

        var run = await CliRun.OfAsync(controller, "serve", "status");

        Assert.Equal(0, run.Code);
        Assert.Equal("", run.Err);
        Assert.Equal(
            """
            Services
            NAME   VERSION  UPTIME    STATUS  REPLICAS  ENDPOINT
            hello  1        1h 2m 3s  READY   1/1       http://127.0.0.1:30000/services/hello

            Service Replicas
            SERVICE_NAME  ID  VERSION  ENDPOINT                LAUNCHED    INFRA        RESOURCES   STATUS
            hello         1   1        http://127.0.0.1:20001  5 mins ago  Local (box)  1x(cpus=1)  READY

            """,
            run.Out);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("status", "-v")]
    public async Task That_changes_wait_is_said_below_the_services(params string[] verb)
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("hello") with { Trouble = "What runs goes on, and changes wait: no quorum." });

        var run = await CliRun.OfAsync(controller, ["serve", .. verb]);

        Assert.Contains("* hello: What runs goes on, and changes wait: no quorum.\n", run.Out, StringComparison.Ordinal);
        var json = (await CliRun.OfAsync(controller, "serve", "status", "-o", "json")).Out;
        Assert.Equal("What runs goes on, and changes wait: no quorum.", JsonDocument.Parse(json).RootElement[0].GetProperty("trouble").GetString());
    }

    [Theory]
    [InlineData(200, "SERVICE_NAME  ID  VERSION  ENDPOINT                LAUNCHED    INFRA        RESOURCES   STATUS")]
    [InlineData(96, "SERVICE_NAME  ID  VERSION  ENDPOINT                LAUNCHED    INFRA        RESOURCES   STATUS")]
    [InlineData(90, "SERVICE_NAME  ID  VERSION  ENDPOINT                LAUNCHED    INFRA        STATUS")]
    [InlineData(80, "SERVICE_NAME  ID  VERSION  ENDPOINT                LAUNCHED    STATUS")]
    [InlineData(60, "SERVICE_NAME  ID  VERSION  ENDPOINT                STATUS")]
    [InlineData(20, "SERVICE_NAME  ID  VERSION  STATUS")]
    public void A_narrow_terminal_keeps_the_status(int width, string headers)
    {
        var screen = new Screen(TextWriter.Null, TextWriter.Null, TextReader.Null);

        Assert.Contains(headers, new StatusTables(screen, Views.Now, verbose: false, width).Lines([Views.Ready("hello")]));
    }

    [Fact]
    public async Task Without_services_the_tables_say_so()
    {
        await using var controller = await FakeController.StartAsync();

        var run = await CliRun.OfAsync(controller, "serve", "status");

        Assert.Equal("Services\nNo existing services.\n\nService Replicas\nNo existing replicas.\n", run.Out);
    }

    [Fact]
    public async Task Without_a_controller_nothing_is_started()
    {
        var run = await CliRun.OfAsync(null, "serve", "status");

        Assert.Equal((0, "No live services. (See: sky serve -h)\n"), (run.Code, run.Out));
    }

    [Fact]
    public async Task Versions_in_a_rolling_update_are_joined_and_unknowns_are_dashes()
    {
        var service = Views.Ready("a") with { Versions = [1, 2], UptimeSeconds = null, Endpoint = null };
        await using var controller = await FakeController.StartAsync(service);

        var run = await CliRun.OfAsync(controller, "serve", "status");

        Assert.Contains("a     1,2      -       READY   1/1       -\n", run.Out);
    }

    [Fact]
    public async Task Ten_replicas_are_shown_live_ones_first()
    {
        var failed = Enumerable.Range(1, 8).Select(id => Views.Replica(id, ReplicaStatus.Failed));
        var live = Enumerable.Range(9, 8).Select(id => Views.Replica(id));
        await using var controller = await FakeController.StartAsync(Views.Ready("a", [.. failed, .. live]));

        var run = await CliRun.OfAsync(controller, "serve", "status");
        var all = await CliRun.OfAsync(controller, "serve", "status", "-v");

        var rows = run.Out.Split('\n').Where(line => line.Contains("http://127.0.0.1:2", StringComparison.Ordinal)).ToList();
        Assert.Equal(10, rows.Count);
        Assert.All(rows.Take(8), row => Assert.EndsWith("READY", row));
        Assert.All(rows.Skip(8), row => Assert.EndsWith("FAILED", row));
        Assert.Contains("... (use -v to show all replicas)", run.Out);
        Assert.DoesNotContain("use -v", all.Out);
        Assert.Equal(16, all.Out.Split('\n').Count(line => line.Contains("http://127.0.0.1:2", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Verbose_shows_exit_code_signal_and_last_log_lines()
    {
        var dead = Views.Replica(2, ReplicaStatus.Failed) with
        {
            Reason = "run was killed by SIGKILL",
            Exit = new ReplicaExit { Signal = "SIGKILL", Stage = "run", LastLogLines = ["loading", "boom"], At = Views.Now },
        };
        await using var controller = await FakeController.StartAsync(Views.Ready("a", Views.Replica(1), dead) with { CutRequests = 3 });

        var run = await CliRun.OfAsync(controller, "serve", "status", "-v");

        Assert.Contains("AUTOSCALING_POLICY", run.Out);
        Assert.Contains("  Replica 2 FAILED: run was killed by SIGKILL (exit code -, signal SIGKILL), a few secs ago\n    | loading\n    | boom\n", run.Out);
        Assert.Equal(1, run.Out.Split("SIGKILL (").Length - 1);
        Assert.Contains("Requests cut when draining ran out of time: 3", run.Out);
    }

    [Fact]
    public async Task A_name_is_exact_and_a_missing_one_is_told()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("my-svc"));

        var none = await CliRun.OfAsync(controller, "serve", "status", "my_svc");
        var some = await CliRun.OfAsync(controller, "serve", "status", "my-svc", "other");

        Assert.Equal((3, "", "Service 'my_svc' not found.\n"), (none.Code, none.Out, none.Err));
        Assert.Equal((0, "Service 'other' not found.\n"), (some.Code, some.Err));
        Assert.Contains("my-svc", some.Out);
    }

    [Fact]
    public async Task Json_has_every_key_and_nothing_else_on_stdout()
    {
        var service = Views.Ready("a", Views.Replica(1) with { LaunchedAt = null, Endpoint = null }) with { Endpoint = null, UptimeSeconds = null };
        await using var controller = await FakeController.StartAsync(service);

        var run = await CliRun.OfAsync(controller, "serve", "status", "-o", "json");

        using var json = JsonDocument.Parse(run.Out);
        var one = Assert.Single(json.RootElement.EnumerateArray());
        string[] keys = ["name", "status", "endpoint", "versions", "uptimeSeconds", "replicas"];
        Assert.All(keys, key => Assert.True(one.TryGetProperty(key, out _), key));
        Assert.Equal("READY", one.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, one.GetProperty("endpoint").ValueKind);
        var replica = Assert.Single(one.GetProperty("replicas").EnumerateArray());
        string[] replicaKeys = ["id", "version", "status", "endpoint", "cloud", "node", "launchedAt", "reason"];
        Assert.All(replicaKeys, key => Assert.True(replica.TryGetProperty(key, out _), key));
    }

    [Fact]
    public async Task Json_of_nothing_is_an_empty_array()
    {
        var run = await CliRun.OfAsync(null, "serve", "status", "nope", "-o", "json");

        Assert.Equal((3, "[]\n"), (run.Code, run.Out));
    }

    [Fact]
    public async Task Endpoint_prints_the_url_of_exactly_one()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("a"), Views.Ready("b"));

        var one = await CliRun.OfAsync(controller, "serve", "status", "a", "--endpoint");
        var two = await CliRun.OfAsync(controller, "serve", "status", "--endpoint");
        var none = await CliRun.OfAsync(controller, "serve", "status", "c", "--endpoint");

        Assert.Equal((0, "http://127.0.0.1:30000/services/a\n"), (one.Code, one.Out));
        Assert.Equal((2, ""), (two.Code, two.Out));
        Assert.Contains("2 service(s) found. Please specify an existing service to show its endpoint.", two.Err);
        Assert.Equal(3, none.Code);
    }

    [Fact]
    public async Task A_wrong_token_and_a_missing_controller_are_code_4()
    {
        await using var controller = await FakeController.StartAsync();
        var wrong = await CliRun.WithAsync(controller, null, new() { ["SKY_CONTROLLER_TOKEN"] = "wrong" }, ["serve", "status"]);
        var missing = await CliRun.WithAsync(null, null, new() { ["SKY_CONTROLLER_URL"] = "http://127.0.0.1:1" }, ["serve", "status"]);

        Assert.Equal((4, 4), (wrong.Code, missing.Code));
        Assert.DoesNotContain("wrong", wrong.Err);
        Assert.Contains("http://127.0.0.1:1/ cannot be reached", missing.Err);
    }
}

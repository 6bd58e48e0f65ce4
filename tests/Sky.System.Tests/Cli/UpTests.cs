using System.Text;
using Sky.Controller.Api;
using Sky.Core.Services;

namespace Sky.SystemTests.Cli;

public sealed class UpTests : IDisposable
{
    private const string Hello = "service:\n  readiness_probe: /health\n  replicas: 1\nresources:\n  ports: 8080\nrun: python -m http.server $SKY_PORT\n";

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("sky-up-");

    public void Dispose() => _files.Delete(recursive: true);

    [Fact]
    public async Task Ends_with_name_endpoint_and_a_request_that_is_answered()
    {
        await using var controller = await FakeController.StartAsync();

        var run = await CliRun.OfAsync(controller, "serve", "up", Write("hello/sky-serve.yaml", Hello), "-y");

        Assert.Equal((0, ""), (run.Code, Errors(run)));
        Assert.Contains("Service spec:\nReadiness probe method:           GET /health\n", run.Out);
        Assert.Contains("Each replica will use the following resources (estimated):", run.Out);
        Assert.Contains("Service name: hello\nEndpoint URL: http://127.0.0.1:30000/services/hello\nUseful Commands\n", run.Out);
        Assert.Contains("curl http://127.0.0.1:30000/services/hello/health\n", run.Out);
        Assert.Contains("PUT /services/hello", controller.Requests);
    }

    [Theory]
    [InlineData("FILE -n chat", "chat", true)]
    [InlineData("-n chat FILE", "chat", true)]
    [InlineData("-n FILE", "hello", true)]
    [InlineData("FILE -n", "hello", true)]
    [InlineData("FILE", "hello", false)]
    public async Task Forms_of_the_name_option(string args, string name, bool mustBeNew)
    {
        await using var controller = await FakeController.StartAsync();
        var file = Write("hello/sky-serve.yaml", Hello);

        var run = await CliRun.OfAsync(controller, ["serve", "up", .. args.Split(' ').Select(part => part == "FILE" ? file : part), "-y"]);

        Assert.Equal(0, run.Code);
        Assert.Contains($"PUT /services/{name}", controller.Requests);
        Assert.Equal(mustBeNew, controller.Put!.MustBeNew);
    }

    [Fact]
    public async Task Two_files_are_an_input_error()
    {
        var file = Write("a.yaml", Hello);

        var run = await CliRun.OfAsync(null, "serve", "up", "-n", file, file, "-y");

        Assert.Equal(2, run.Code);
    }

    [Fact]
    public async Task A_name_that_is_taken_fails_with_the_message_of_SkyServe()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("hello"));
        var file = Write("hello/sky-serve.yaml", Hello);

        var named = await CliRun.OfAsync(controller, "serve", "up", file, "-n", "hello", "-y");
        var bare = await CliRun.OfAsync(controller, "serve", "up", "-n", file, "-y");

        Assert.Equal((1, 1), (named.Code, bare.Code));
        Assert.Contains("The service 'hello' is already running. Please specify a different name for your service.", named.Err);
        Assert.Null(controller.Put);
    }

    [Fact]
    public async Task Without_a_name_a_service_that_exists_is_updated()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("hello"));

        var run = await CliRun.AtTerminalAsync(controller, "n\n", "serve", "up", Write("hello/sky-serve.yaml", Hello));

        Assert.EndsWith("Updating service 'hello'. Proceed? [Y/n]: ", run.Out);
        Assert.Null(controller.Put);
    }

    [Fact]
    public async Task A_version_that_is_given_up_fails_with_its_last_log_lines()
    {
        var exit = new ReplicaExit { Code = 1, Stage = "run", LastLogLines = ["no such model"] };
        await using var controller = await FakeController.StartAsync();
        controller.AfterPut = put => Views.Ready("hello", Views.Replica(1, ReplicaStatus.Failed) with { Exit = exit }) with { Status = ServiceStatus.Failed };
        controller.History = new HistoryView
        {
            Service = "hello",
            Events = [],
            Versions = [new VersionView { Number = 1, CreatedAt = Views.Now, Mode = UpdateMode.Rolling, Status = "FAILED", FailedReason = "run exited with code 1", Spec = SpecOf(Hello) }],
        };

        var run = await CliRun.OfAsync(controller, "serve", "up", Write("hello/sky-serve.yaml", Hello), "-y");

        Assert.Equal(1, run.Code);
        Assert.Contains("Version 1 of service 'hello' was given up: run exited with code 1\n  | no such model\n", run.Err);
    }

    [Fact]
    public async Task Progress_tells_what_changes_and_not_what_was_before()
    {
        var old = Views.Replica(1, ReplicaStatus.Failed);
        await using var controller = await FakeController.StartAsync(Views.Ready("hello", old, Views.Replica(2)));
        controller.AfterPut = put => Views.Ready("hello", old, Views.Replica(2, ReplicaStatus.ShuttingDown), Views.Replica(3, version: 2)) with { TargetVersion = 2 };

        var file = Write("hello/sky-serve.yaml", Hello);
        var update = await CliRun.OfAsync(controller, "serve", "update", "hello", file, "-y");

        Assert.Equal("  hello: replica 2 of version 1 SHUTTING_DOWN\n  hello: replica 3 of version 2 READY\n", update.Err);
    }

    [Fact]
    public async Task A_service_at_zero_is_done_at_once()
    {
        await using var controller = await FakeController.StartAsync();
        controller.AfterPut = _ => Views.Ready("hello") with { Status = ServiceStatus.NoReplica, TargetReplicas = 0, Replicas = [] };

        var run = await CliRun.OfAsync(controller, "serve", "up", Write("hello/sky-serve.yaml", Hello), "-y");

        Assert.Equal(0, run.Code);
        Assert.Contains("the first request brings a replica up", run.Err);
    }

    [Fact]
    public async Task Bad_files_say_what_is_wrong_and_touch_nothing()
    {
        await using var controller = await FakeController.StartAsync();
        var wrong = Write("wrong.yaml", "service:\n  replicas: -3\nrun: x\n");
        File.WriteAllBytes(Path.Combine(_files.FullName, "binary.yaml"), [0, 1, 2, 255, 254]);
        File.WriteAllBytes(Path.Combine(_files.FullName, "big.yaml"), new byte[10 << 20]);
        string[] files = [wrong, Path.Combine(_files.FullName, "missing.yaml"), _files.FullName, Write("a.txt", Hello), Path.Combine(_files.FullName, "binary.yaml"), Path.Combine(_files.FullName, "big.yaml")];

        foreach (var file in files)
        {
            var run = await CliRun.OfAsync(controller, "serve", "up", file, "-y");
            Assert.Equal((2, ""), (run.Code, run.Out));
            Assert.Contains(file, run.Err);
        }

        Assert.Empty(controller.Requests);
        Assert.Contains($"{wrong}:2: service.replicas: ", (await CliRun.OfAsync(controller, "serve", "up", wrong, "-y")).Err);
    }

    [Theory]
    [InlineData("--cloud", "k8s")]
    [InlineData("--infra", "kubernetes/here")]
    [InlineData("--infra", "kubernetes")]
    public async Task Other_clouds_are_not_available_yet(string option, string value)
    {
        var run = await CliRun.OfAsync(null, "serve", "up", Write("a.yaml", Hello), option, value, "-y");

        Assert.Equal(2, run.Code);
        Assert.Equal(1, run.Err.Count(sign => sign == '\n'));
        Assert.Contains("is not available yet", run.Err);
    }

    [Theory]
    [InlineData("", "baseline")]
    [InlineData("security: {profile: restricted, add_capabilities: [SYS_PTRACE], run_as_user: 0}\n", "restricted, loosened by add_capabilities: SYS_PTRACE; run_as_user: 0")]
    public async Task What_a_container_may_do_is_shown_with_each_loosening(string security, string shown)
    {
        await using var controller = await FakeController.StartAsync();

        var run = await CliRun.OfAsync(controller, "serve", "up", Write("a.yaml", $"{security}image: a\nrun: serve $SKY_PORT\nresources: {{infra: docker}}\nservice: {{}}\n"), "-y");

        Assert.Contains($"Security profile:                 {shown}\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cloud_that_there_is_not_is_told_with_those_there_are()
    {
        var run = await CliRun.OfAsync(null, "serve", "up", Write("a.yaml", Hello), "--infra", "foo/bar", "-y");

        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.Contains("There is no cloud 'foo'. This build runs replicas on this machine (infra: local)", run.Err);
    }

    [Fact]
    public async Task Secrets_reach_the_controller_and_nothing_else()
    {
        await using var controller = await FakeController.StartAsync();
        var file = Write("hello/sky-serve.yaml", Hello + "secrets:\n  HF_TOKEN: null\n");

        var run = await CliRun.WithAsync(controller, null, new() { ["HF_TOKEN"] = "hf_verysecret" }, ["serve", "up", file, "--secret", "HF_TOKEN", "-y"]);

        Assert.Equal(0, run.Code);
        Assert.Equal("hf_verysecret", controller.Put!.Spec.Task.Secrets["HF_TOKEN"].Reveal());
        Assert.DoesNotContain("verysecret", run.Out + run.Err);
    }

    [Theory]
    [InlineData("path: /health?key=$TOKEN")]
    [InlineData("{path: /health, post_data: {key: $TOKEN}}")]
    public async Task A_secret_in_the_probe_is_not_printed(string probe)
    {
        await using var controller = await FakeController.StartAsync();
        var form = probe.StartsWith('{') ? probe : "{" + probe + "}";
        var file = Write("hello/sky-serve.yaml", $"service:\n  readiness_probe: {form}\n  replicas: 1\nsecrets: {{TOKEN: verysecret}}\nrun: serve $PORT\n");

        var up = await CliRun.OfAsync(controller, "serve", "up", file, "-y");
        var update = await CliRun.OfAsync(controller, "serve", "update", "hello", file, "-y");

        Assert.Equal(0, up.Code);
        Assert.Contains("verysecret", controller.Put!.Spec.Serving.ReadinessProbe.Path + controller.Put.Spec.Serving.ReadinessProbe.PostData);
        Assert.DoesNotContain("verysecret", up.Out + up.Err + update.Out + update.Err);
    }

    private static string Errors(CliRun run) => string.Join('\n', run.Err.Split('\n').Where(line => line.StartsWith("Error", StringComparison.Ordinal)));

    private static Core.Specs.ServiceSpec SpecOf(string text) =>
        Core.Specs.SpecReader.Read(Encoding.UTF8.GetBytes(text), new Core.Specs.SpecOptions { BaseDirectory = "/" }).Spec!;

    private string Write(string name, string text)
    {
        var path = Path.Combine(_files.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}

using Sky.Core.Services;

namespace Sky.SystemTests.Cli;

/// <summary>What <c>up</c> says at its end, or why it does not begin, in the cases that are not the usual ones.</summary>
public sealed class UpEndTests : IDisposable
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("sky-up-end-");

    public void Dispose() => _files.Delete(recursive: true);

    [Theory]
    [InlineData("up")]
    [InlineData("update")]
    [InlineData("rollback")]
    public async Task A_service_pinned_to_zero_is_not_said_to_wake(string verb)
    {
        var pinned = Views.Ready("hello") with { Status = ServiceStatus.NoReplica, TargetReplicas = 0, PinnedReplicas = 0, Replicas = [] };
        await using var controller = await FakeController.StartAsync(pinned);
        controller.AfterPut = _ => pinned;
        string[] command = verb switch
        {
            "up" => ["serve", "up", Write(), "-y"],
            "update" => ["serve", "update", "hello", Write(), "-y"],
            _ => ["serve", "rollback", "hello", "-y"],
        };

        var run = await CliRun.OfAsync(controller, command);

        Assert.Contains("pinned to zero replicas, and no request brings one up, until", run.Err, StringComparison.Ordinal);
        Assert.Contains("serve scale hello auto", run.Err, StringComparison.Ordinal);
        Assert.DoesNotContain("first request", run.Err, StringComparison.Ordinal);
        Assert.Equal(0, run.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_name_whose_service_is_going_down_is_not_said_to_be_running(bool noticedByTheController)
    {
        var going = Views.Ready("hello") with { Status = ServiceStatus.ShuttingDown };
        await using var controller = await FakeController.StartAsync(going);
        if (noticedByTheController)
        {
            controller.Refusals["PUT /services/hello"] = (409, new() { Code = "exists", Message = "It is there." });
        }

        var run = await CliRun.OfAsync(controller, "serve", "up", Write(), "-n", "hello", "-y");

        Assert.Equal(1, run.Code);
        Assert.Contains("The service 'hello' is being taken down, and its name is taken until it is gone", run.Err, StringComparison.Ordinal);
        Assert.DoesNotContain("running", run.Err, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "", true)]
    [InlineData(false, "", false)]
    [InlineData(true, "\n  auth: passthrough", false)]
    public async Task Where_keys_are_asked_for_the_line_to_try_shows_where_one_goes(bool keysExist, string more, bool shown)
    {
        await using var controller = await FakeController.StartAsync();
        controller.KeysExist = keysExist;

        var run = await CliRun.OfAsync(controller, "serve", "up", Write(more), "-y");

        var line = "curl http://127.0.0.1:30000/services/hello/health" + (shown ? " -H \"Authorization: Bearer $SKY_API_KEY\"\n" : "\n");
        Assert.Contains(line, run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models: qwen", "/v1/chat/completions", """{"model": "qwen", "messages": [{"role": "user", "content": "Hello"}]}""")]
    [InlineData("models: {org/it's: sim, b: sim}", "/v1/chat/completions", """{"model": "org/it'\''s", "messages": [{"role": "user", "content": "Hello"}]}""")]
    [InlineData("models: text-embedding-3", "/v1/embeddings", """{"model": "text-embedding-3", "input": "Hello"}""")]
    [InlineData("models: openai/whisper-large-v3", "/services/hello/health", null)]
    [InlineData("models: \"*\"", "/services/hello/health", null)]
    public async Task A_service_with_models_is_tried_with_a_request_to_the_first_of_them(string models, string path, string? body)
    {
        await using var controller = await FakeController.StartAsync();
        var run = await CliRun.OfAsync(controller, "serve", "up", Write($"\n  {models}"), "-y");
        Assert.Contains($"curl http://127.0.0.1:30000{path}{(body is null ? "" : $" -H 'Content-Type: application/json' -d '{body}'")}\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_since_the_future_is_wrong_and_of_a_service_that_never_was_is_not_found()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("idle"));

        var future = await CliRun.OfAsync(controller, "usage", "--since", "2999-01-01");
        var nobody = await CliRun.OfAsync(controller, "usage", "--service", "nope", "-o", "json");
        var idle = await CliRun.OfAsync(controller, "usage", "--service", "idle");
        var nowhere = await CliRun.OfAsync(null, "usage", "--service", "nope");

        Assert.Equal((2, 3, 0, 3), (future.Code, nobody.Code, idle.Code, nowhere.Code));
        Assert.Contains("is in the future", future.Err, StringComparison.Ordinal);
        Assert.Contains("Service 'nope' not found", nobody.Err, StringComparison.Ordinal);
        Assert.Equal("", nobody.Out);
    }

    private string Write(string more = "")
    {
        Directory.CreateDirectory(Path.Combine(_files.FullName, "hello"));
        var path = Path.Combine(_files.FullName, "hello", "sky-serve.yaml");
        File.WriteAllText(path, $"service:\n  readiness_probe: /health\n  replicas: 1{more}\nresources:\n  ports: 8080\nrun: python -m http.server $SKY_PORT\n");
        return path;
    }
}

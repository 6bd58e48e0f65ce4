using System.CommandLine;
using System.CommandLine.Help;
using System.Text.Json;
using Sky.Cli;
using Sky.Cli.Commands;
using Sky.Cli.Terminal;
using Sky.Controller.Api;
using Sky.Core.Services;

namespace Sky.SystemTests.Cli;

public sealed class CommandLineTests
{
    [Fact]
    public void The_reference_and_the_command_tree_name_the_same_verbs_and_options()
    {
        var documented = Documented();
        var real = Real(CommandTree.Build(Context(), []), "sky").ToHashSet();

        Assert.Equal(real.Order(), documented.Order());
    }

    [Theory]
    [InlineData("serve", "dwn")]
    [InlineData("serve", "status", "--nope")]
    [InlineData("serve", "update", "a")]
    [InlineData("serve", "update", "a", "b.yaml", "--mode", "green")]
    [InlineData("serve", "status", "-o", "xml")]
    [InlineData("serve", "logs", "a")]
    [InlineData("serve", "logs", "a", "1", "2")]
    [InlineData("serve", "logs", "a", "1", "--tail", "-1")]
    [InlineData("serve", "logs", "a", "1", "--controller")]
    [InlineData("serve", "scale", "a", "many")]
    [InlineData("serve", "up", "x.yaml", "--env", "1A=2")]
    [InlineData("serve", "up", "x.yaml", "--env", "NOT_SET_HERE")]
    [InlineData("serve", "up", "x.yaml", "--env-file", "missing")]
    [InlineData("serve", "status", "--controller-url", "nonsense")]
    [InlineData("controller", "start", "--tls-cert", "missing.pem")]
    [InlineData("controller", "start", "--controller-listen", "http://10.0.0.1:1")]
    [InlineData("controller", "start", "--store", "postgres://db")]
    public async Task Wrong_input_is_code_2_with_a_message_and_nothing_on_stdout(params string[] args)
    {
        var run = await CliRun.OfAsync(null, args);

        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.StartsWith("Error: ", run.Err);
    }

    [Theory]
    [InlineData("-h")]
    [InlineData("serve", "-h")]
    [InlineData("serve", "up", "--help")]
    [InlineData("controller", "install", "-h")]
    [InlineData("gateway", "run", "-h")]
    [InlineData("completion", "-h")]
    public async Task Every_command_has_help(params string[] args)
    {
        var run = await CliRun.OfAsync(null, args);

        Assert.Equal(0, run.Code);
        Assert.Contains("Usage:", run.Out);
    }

    [Fact]
    public async Task Completion_suggests_verbs_and_options()
    {
        var verbs = await CliRun.OfAsync(null, "[suggest:10]", "sky serve ");
        var options = await CliRun.OfAsync(null, "[suggest:19]", "sky serve status --w");

        Assert.Contains("rollback\n", verbs.Out);
        Assert.Contains("--watch\n", options.Out);
    }

    [Fact]
    public async Task Completion_suggests_each_word_once_and_none_of_windows()
    {
        var options = await CliRun.OfAsync(null, "[suggest:15]", "sky serve down ");
        var modes = await CliRun.OfAsync(null, "[suggest:24]", "sky serve update --mode ");

        Assert.DoesNotContain(options.Out.Split('\n'), word => word is "/?" or "/h" or "-?");
        Assert.Equal(["blue_green", "rolling"], modes.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Theory]
    [InlineData("serve", "up", "--nope", "x.yaml")]
    [InlineData("serve", "up", "x.yaml", "--nope")]
    [InlineData("serve", "up", "x.yaml", "--nope=5")]
    [InlineData("serve", "check", "--nope", "x.yaml")]
    [InlineData("serve", "down", "--nope", "-y")]
    [InlineData("serve", "scale", "a", "--nope", "3")]
    public async Task An_unknown_option_is_told_as_one(params string[] args)
    {
        var run = await CliRun.OfAsync(null, args);

        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.StartsWith("Error: Unknown option --nope\nSee '", run.Err);
    }

    [Theory]
    [InlineData(null, "sky")]
    [InlineData("./sky", "./sky")]
    [InlineData("../here/sky", "../here/sky")]
    [InlineData("/opt/sky/sky", "/opt/sky/sky")]
    [InlineData("/opt/my sky/sky", "'/opt/my sky/sky'")]
    [InlineData("/usr/bin/sky", "sky")]
    public void Commands_to_copy_start_as_this_one_did(string? launcher, string name)
    {
        var variables = new Dictionary<string, string> { ["PATH"] = "/bin:/usr/bin" };
        if (launcher is not null)
        {
            variables["SKY_LAUNCHER"] = launcher;
        }

        Assert.Equal(name, (Context() with { Environment = variables }).ProgramName);
    }

    [Fact]
    public async Task Commands_named_in_an_error_start_as_this_one_did()
    {
        var wrong = await CliRun.WithAsync(null, null, new() { ["SKY_LAUNCHER"] = "./sky" }, ["serve", "status", "--nope"]);

        Assert.Contains("See './sky serve status -h'.", wrong.Err);
    }

    [Theory]
    [InlineData("No live services. (See: ./sky serve -h)", "serve", "status")]
    [InlineData("Usage: ./sky serve status --endpoint <service-name>", "serve", "status", "--endpoint")]
    [InlineData("such as: ./sky serve up servers/hello/sky-serve.yaml", "serve", "up")]
    [InlineData("  ./sky serve up -n chat model.yaml -y", "serve", "up", "-h")]
    [InlineData("curl $(./sky serve status hello --endpoint)", "serve", "status", "-h")]
    public async Task Commands_that_are_shown_start_as_this_one_did(string words, params string[] args)
    {
        var run = await CliRun.WithAsync(null, null, new() { ["SKY_LAUNCHER"] = "./sky" }, args);

        Assert.Contains(words, run.Out + run.Err);
        Assert.DoesNotMatch("(^|[^./])\\bsky serve (?!(up|status|down|logs|history|check|update|rollback|scale) (<|\\[))", (run.Out + run.Err).Split("Usage:\n").Last());
    }

    [Fact]
    public async Task Commands_in_notes_of_the_controller_start_as_this_one_did()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("a") with { PinnedReplicas = 2 });
        controller.Refusals["DELETE /services/a"] = (409, new ApiError { Code = "failed_state", Message = "x" });
        controller.Refusals["POST /services/a/rollback"] = (404, new ApiError { Code = "not_found", Message = "see `sky serve history a`." });
        var variables = new Dictionary<string, string> { ["SKY_LAUNCHER"] = "./sky" };

        var status = await CliRun.WithAsync(controller, null, variables, ["serve", "status", "-v"]);
        var down = await CliRun.WithAsync(controller, null, variables, ["serve", "down", "a", "-y"]);
        var rollback = await CliRun.WithAsync(controller, null, variables, ["serve", "rollback", "a", "-y"]);
        var taken = await CliRun.WithAsync(controller, null, variables, ["serve", "up", "-n", "a", Path.Combine(Root(), "servers/hello/sky-serve.yaml"), "-y"]);

        Assert.Contains("(./sky serve scale a auto lets", status.Out);
        Assert.Contains("(Use `./sky serve down a --purge` to", down.Err);
        Assert.Contains("see `./sky serve history a`.", rollback.Err);
        Assert.Contains("run: ./sky serve update a <new-service-yaml>", taken.Err);
    }

    [Theory]
    [InlineData("serve", "status")]
    [InlineData("serve", "down", "a", "-y")]
    [InlineData("serve", "logs", "a", "1", "--no-follow")]
    public async Task The_config_option_of_SkyServe_is_taken_everywhere_with_a_warning(params string[] args)
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("a"));

        var run = await CliRun.OfAsync(controller, [.. args, "--config", "jobs.controller=x", "--config", "my.yaml"]);

        Assert.Equal((0, "Warning: --config is accepted and not acted on.\n"), (run.Code, run.Err));
    }

    [Fact]
    public async Task History_in_json_says_how_an_update_goes_in_the_words_of_the_command_line()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("a"));
        var spec = Core.Specs.SpecReader.Read("run: x $PORT\nservice: {}\n"u8.ToArray(), new Core.Specs.SpecOptions { BaseDirectory = "/" }).Spec!;
        controller.History = new HistoryView
        {
            Service = "a",
            Events = [],
            Versions = [.. new[] { UpdateMode.Rolling, UpdateMode.BlueGreen }.Select((mode, index) => new VersionView { Number = index + 1, CreatedAt = Views.Now, Mode = mode, Status = "TARGET", Spec = spec })],
        };

        var run = await CliRun.OfAsync(controller, "serve", "history", "a", "-o", "json");

        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal(["rolling", "blue_green"], json.RootElement.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("mode").GetString()));
    }

    [Fact]
    public async Task Help_names_arguments_and_asks_no_controller_for_it()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("chatty"));

        var status = await CliRun.OfAsync(controller, "serve", "status", "-h");
        var history = await CliRun.OfAsync(controller, "serve", "history", "-h");

        Assert.Contains("  <NAMES>  The services to show", status.Out);
        Assert.Contains("  <NAME>  The service.", history.Out);
        Assert.DoesNotContain("chatty", status.Out + history.Out);
    }

    [Fact]
    public async Task Check_warns_of_more_replicas_than_a_fixed_port_allows()
    {
        var folder = Directory.CreateTempSubdirectory("sky-check-");
        var path = Path.Combine(folder.FullName, "fixed.yaml");
        await File.WriteAllTextAsync(path, "service:\n  replicas: 2\nresources:\n  ports: 8080\nrun: ./serve --port 8080\n", TestContext.Current.CancellationToken);

        var run = await CliRun.OfAsync(null, "serve", "check", path);
        var strict = await CliRun.OfAsync(null, "serve", "check", path, "--strict");

        folder.Delete(recursive: true);
        Assert.Equal((0, 2), (run.Code, strict.Code));
        Assert.Contains("service.replicas: Every replica listens on port 8080", run.Err);
    }

    [Fact]
    public async Task A_failure_nobody_thought_of_is_one_line_and_code_1()
    {
        var run = await CliRun.OfAsync(null, "serve", "check", "a\0b.yaml");

        Assert.Equal(1, run.Code);
        Assert.StartsWith("Error: Unexpected failure (", run.Err);
        Assert.Equal(1, run.Err.Count(sign => sign == '\n'));
    }

    [Fact]
    public async Task Commands_without_their_own_service_are_code_3()
    {
        await using var controller = await FakeController.StartAsync();
        string[][] lines = [["rollback", "x", "-y"], ["history", "x"], ["update", "x", "missing.yaml", "-y"], ["logs", "x", "1"], ["logs", "x", "--controller", "--no-follow"], ["logs", "x", "--load-balancer", "--no-follow"]];

        Assert.Equal(3, (await CliRun.OfAsync(null, ["serve", .. lines[0]])).Code);
        Assert.Equal(3, (await CliRun.OfAsync(controller, ["serve", .. lines[1]])).Code);
        Assert.Equal(2, (await CliRun.OfAsync(controller, ["serve", .. lines[2]])).Code);
        Assert.Equal(3, (await CliRun.OfAsync(null, ["serve", .. lines[3]])).Code);
    }

    [Fact]
    public async Task Scale_rollback_and_logs_reach_the_controller()
    {
        await using var controller = await FakeController.StartAsync(Views.Ready("a"));

        Assert.Equal(0, (await CliRun.OfAsync(controller, "serve", "scale", "a", "4", "-y")).Code);
        Assert.Equal(0, (await CliRun.OfAsync(controller, "serve", "scale", "a", "AUTO", "-y")).Code);
        Assert.Equal(0, (await CliRun.OfAsync(controller, "serve", "rollback", "a", "--to", "1", "-y", "--async")).Code);
        Assert.Equal("first\nsecond\n", (await CliRun.OfAsync(controller, "serve", "logs", "a", "1", "--tail", "2")).Out);
        Assert.Contains("POST /services/a/scale", controller.Requests);
        Assert.Contains("POST /services/a/rollback", controller.Requests);
        Assert.Contains("GET /services/a/replicas/1/logs?follow=false&tail=2", controller.Requests);
    }

    [Fact]
    public async Task Check_prints_an_array_with_every_file()
    {
        var folder = Directory.CreateTempSubdirectory("sky-check-");
        var good = Path.Combine(folder.FullName, "good.yaml");
        await File.WriteAllTextAsync(good, "service:\n  replicas: 1\nsecrets:\n  KEY: hidden-value\nresources:\n  ports: 8080\nrun: echo $PORT\n", TestContext.Current.CancellationToken);

        var run = await CliRun.OfAsync(null, "serve", "check", good, "missing.yml", "-o", "json");

        folder.Delete(recursive: true);
        Assert.Equal(2, run.Code);
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal([true, false], json.RootElement.EnumerateArray().Select(file => file.GetProperty("ok").GetBoolean()));
        Assert.DoesNotContain("hidden-value", run.Out);
        var error = json.RootElement[1].GetProperty("errors")[0];
        Assert.Equal((0, "", "There is no such file."), (error.GetProperty("line").GetInt32(), error.GetProperty("path").GetString(), error.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task A_pipe_as_service_file_is_refused_and_not_waited_for()
    {
        var folder = Directory.CreateTempSubdirectory("sky-pipe-");
        var pipe = Path.Combine(folder.FullName, "pipe.yaml");
        var link = Path.Combine(folder.FullName, "link.yaml");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        File.CreateSymbolicLink(link, pipe);
        var runs = new[] { await CliRun.OfAsync(null, "serve", "check", pipe), await CliRun.OfAsync(null, "serve", "check", link), await CliRun.OfAsync(null, "serve", "up", pipe, "-y") };

        folder.Delete(recursive: true);
        Assert.All(runs, run => Assert.Equal(2, run.Code));
        Assert.All(runs, run => Assert.Contains("not a regular file", run.Err));
    }

    [Fact]
    public async Task A_unit_ends_only_the_controller_itself()
    {
        var run = await CliRun.OfAsync(null, "controller", "install", "--print");

        Assert.Equal(0, run.Code);
        Assert.Contains(OperatingSystem.IsMacOS() ? "<key>AbandonProcessGroup</key><true/>" : "KillMode=process\n", run.Out);
    }

    private static HashSet<string> Documented()
    {
        var names = new HashSet<string>();
        var verb = "sky";
        foreach (var line in File.ReadLines(Path.Combine(Root(), "docs", "cli.md")))
        {
            if (line.StartsWith("## `sky", StringComparison.Ordinal) || line.StartsWith("### `sky", StringComparison.Ordinal))
            {
                verb = string.Join(' ', line.Split('`')[1].Split(' ').TakeWhile(word => word.All(sign => char.IsAsciiLetterLower(sign) || (sign == '-' && word[0] != sign))));
                names.Add(verb);
            }
            else if (line.StartsWith("| `-", StringComparison.Ordinal))
            {
                names.UnionWith(line.Split('|')[1].Split('`').Where(part => part.StartsWith('-')).Select(part => $"{verb} {part.Split(' ')[0]}"));
            }
        }

        return names;
    }

    private static IEnumerable<string> Real(Command command, string path) => command.Subcommands
        .SelectMany(child => Real(child, $"{path} {child.Name}"))
        .Concat(command.Options
            .Where(option => option is not HelpOption && !option.Hidden)
            .SelectMany(option => (string[])[option.Name, .. option.Aliases])
            .Select(name => $"{path} {name}"))
        .Append(path);

    private static CliContext Context() => new()
    {
        Screen = new Screen(TextWriter.Null, TextWriter.Null, TextReader.Null),
        Environment = new Dictionary<string, string>(),
        CurrentDirectory = "/",
        Self = ["/bin/false"],
        Interrupts = new Interrupts(),
    };

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Skyswarm.slnx")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}

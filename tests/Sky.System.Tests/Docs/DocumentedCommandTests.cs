using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Sky.Cli;
using Sky.Cli.Commands;
using Sky.Cli.Terminal;
using Sky.SystemTests.Architecture;
using Sky.SystemTests.Servers;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Docs;

/// <summary>
/// What the docs tell a reader to type works. Blocks marked <c>console</c> are run line by line, a file's blocks in order, in a home of its own, at the root of the checkout, and a
/// line <c>NAME=$(command)</c> sets the variable for those after it, as in the reader's shell;
/// blocks marked <c>yaml</c> are service files that check accepts.
/// </summary>
public sealed partial class DocumentedCommandTests
{
    private const string DefaultGateway = "http://127.0.0.1:30000";
    private const string H2cExample = "http://127.0.0.1:30080";
    private const string MetricsExample = "http://127.0.0.1:30090";

    // What no test runs, and why: blocks marked so. A line more here needs a good reason.
    private static readonly string[] NotRun =
    [
        "README.md sh: ./test",
        // AwsTests runs them, where there is something to remove.
        "docs/clouds.md console aws: ./sky cloud clean aws -y",
        "docs/clouds.md console aws: ./sky controller stop --down -y",

        // JoinOverSshTests joins machines that there are.
        "docs/clusters.md console ssh: ./sky cluster join east a --ssh root@10.0.0.1 --manager",
        "docs/clusters.md console ssh: ./sky cluster join east b --ssh admin@10.0.0.2",

        // Those of docs/images.md are run by ServersInContainersTests, at an engine and a registry of their own.
        "docs/images.md console docker: ./sky controller stop",
        "docs/images.md console docker: ./sky image build servers/hello",
        "docs/images.md console docker: ./sky image list hello",
        "docs/images.md console docker: ./sky image push servers/hello --repository registry.example.com/team/hello",
        "docs/images.md console docker: ./sky serve down hello -y",
        "docs/images.md console docker: ./sky serve up servers/hello/docker.yaml -y",
        "docs/images.md console docker: curl http://127.0.0.1:30000/services/hello/",
        "servers/hello/README.md console docker: ./sky serve up servers/hello/docker.yaml -y",
        "servers/llama-cpp/README.md console gpu: ./sky serve up servers/llama-cpp/sky-serve.yaml",
        "servers/llama-cpp/README.md console gpu: curl http://127.0.0.1:30000/services/llama-cpp/v1/models",
        "servers/llm-sim/README.md console docker: ./sky serve up servers/llm-sim/docker.yaml -y",
        "servers/sglang/README.md console gpu: ./sky serve up servers/sglang/sky-serve.yaml",
        "servers/sglang/README.md console gpu: curl http://127.0.0.1:30000/services/sglang/v1/models",
        "servers/vllm/README.md console gpu: ./sky serve up servers/vllm/sky-serve.yaml --env MODEL_NAME=Qwen/Qwen2.5-7B-Instruct",
        "servers/vllm/README.md console gpu: curl http://127.0.0.1:30000/services/vllm/v1/models",
        "servers/whisper/README.md console gpu: ./sky serve up servers/whisper/sky-serve.yaml",
        "servers/whisper/README.md console gpu: curl http://127.0.0.1:30000/services/whisper/v1/audio/transcriptions",
    ];

    private static IEnumerable<MarkdownBlock> Blocks => MarkdownBlock.All(SkyProgram.Root);

    public static TheoryData<string> Pages() => [.. Consoles().Where(file => !file.StartsWith("servers/", StringComparison.Ordinal))];

    public static TheoryData<string> Servers() => [.. Consoles().Where(file => file.StartsWith("servers/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Pages))]
    public Task Every_console_line_ends_with_0(string file) => RunAllAsync(file);

    [Theory]
    [MemberData(nameof(Servers))]
    [Trait("Category", "Heavy")]
    public Task Every_console_line_of_a_server_ends_with_0(string file)
    {
        Assert.SkipWhen(file.Contains("/ocr/", StringComparison.Ordinal) && !OcrServer.HasNpm, "npm is missing: it fetches the weights of servers/ocr");
        return RunAllAsync(file);
    }

    [Fact]
    public void What_is_not_run_is_marked_and_listed()
    {
        var marked = Blocks.Where(block => block.Language == "sh" || block.Language.StartsWith("console ", StringComparison.Ordinal))
            .SelectMany(block => (block.Language == "sh" ? block.Text.Split('\n') : block.Commands()).Select(command => $"{block.File} {block.Language}: {command.Split(" \\\n")[0]}"));

        Assert.Equal(NotRun, marked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_command_to_type_stands_in_a_console_block()
    {
        var loose = from file in Blocks.Select(block => block.File).Concat(Consoles()).Distinct()
                    from line in File.ReadLines(Path.Combine(SkyProgram.Root, file))
                    where line.StartsWith("    ./sky ", StringComparison.Ordinal) || line.StartsWith("    sky ", StringComparison.Ordinal) || line.StartsWith("    curl ", StringComparison.Ordinal)
                    select $"{file}: {line}";
        Assert.Empty(loose);
        Assert.All(Blocks.Where(block => block.Language is not ("sh" or "console") && !block.Language.StartsWith("console ", StringComparison.Ordinal)), block =>
            Assert.DoesNotMatch(@"(?m)^(\$ |\./sky |sky |curl )", block.Text));
    }

    [Fact]
    public void Every_command_named_in_the_text_is_one_that_there_is()
    {
        var context = new CliContext
        {
            Screen = new Screen(TextWriter.Null, TextWriter.Null, TextReader.Null), Environment = new Dictionary<string, string>(), CurrentDirectory = "/", Self = ["/bin/false"], Interrupts = new Interrupts(),
        };
        var named = (from file in Repository.Files("*.md")
                     from Match match in Named().Matches(Repository.Read(file))
                     select (File: file, Words: Optional().Replace(match.Groups[1].Value, " ").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Example).ToArray())).ToList();
        Assert.NotEmpty(named);
        var first = CommandTree.Build(context, []).Subcommands.Select(command => command.Name).Append("--version").ToList();
        foreach (var (file, words) in named)
        {
            var parsed = CommandTree.Build(context, words).Parse(words);
            var known = words.Length == 0 || first.Contains(words[0]);
            var mistakes = parsed.Errors.Select(error => error.Message).Where(message => !message.Contains("equired", StringComparison.Ordinal)).Concat(UnknownOptions.In(parsed));
            Assert.True(known && !mistakes.Any(), $"{file}: sky {string.Join(' ', words)}: {string.Join(' ', mistakes)}");
        }
    }

    [Fact]
    public async Task Every_yaml_block_is_a_service_file_that_check_accepts()
    {
        await using var sky = new SkyMachine();
        foreach (var block in MarkdownBlock.All(SkyProgram.Root).Where(block => block.Language == "yaml"))
        {
            var run = await sky.RunAsync("serve", "check", sky.WriteFile("doc/sky-serve.yaml", block.Text), "--secret", "HF_TOKEN=filled-in-on-the-command-line");
            Assert.True(run.ExitCode == 0, $"{block.File}:{block.Line}\n{run.All}");
        }
    }

    [Fact]
    public async Task Every_file_in_servers_passes_check()
    {
        await using var sky = new SkyMachine();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(SkyProgram.Root, "servers"), "sky-serve.yaml", SearchOption.AllDirectories))
        {
            var run = await sky.RunAsync("serve", "check", file);
            Assert.True(run.ExitCode == 0, $"{file}\n{run.All}");
        }
    }

    private static IEnumerable<string> Consoles() => Blocks.Where(block => block.Language == "console").Select(block => block.File).Distinct();

    // Words in capitals stand for something to be filled in.
    private static string Example(string word) => word switch
    {
        "FILE" or "FILE..." or "FILE…" => "a.yaml",
        "N" or "VERSION" or "REPLICA_ID" => "1",
        "SHELL" => "bash",
        "NAME" => "a",
        _ => word,
    };

    private static async Task RunAllAsync(string file)
    {
        await using var sky = new SkyMachine();
        var ports = FreePorts.Take(2);
        var variables = new Dictionary<string, string>();
        var (h2c, metrics) = ($"http://127.0.0.1:{ports[0]}", $"http://127.0.0.1:{ports[1]}");
        foreach (var block in Blocks.Where(block => block.File == file && block.Language == "console"))
        {
            foreach (var line in block.Commands())
            {
                // The launcher has a test of its own; here it would build a second time.
                var command = line.Replace("./sky ", $"{SkyProgram.Path} ", StringComparison.Ordinal)
                    .Replace(DefaultGateway, sky.GatewayUrl, StringComparison.Ordinal)
                    .Replace(H2cExample, h2c, StringComparison.Ordinal)
                    .Replace(MetricsExample, metrics, StringComparison.Ordinal)
                    .Replace("curl ", "curl -fsS ", StringComparison.Ordinal);
                var variable = Variable().Match(command);
                var (code, output, error) = await RunAsync(sky, variable.Success ? variable.Groups[2].Value : command, variables);
                Assert.True(code == 0, $"{file}:{block.Line}: `{line}` ended with {code}\n{output}{error}\n{sky.Diagnose()}");
                if (variable.Success)
                {
                    variables[variable.Groups[1].Value] = output.TrimEnd('\n');
                }
            }
        }
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(SkyMachine sky, string command, Dictionary<string, string> variables)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = SkyProgram.Root };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command);
        foreach (var (key, value) in sky.Environment.Concat(variables))
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(10));
        return (process.ExitCode, await output, await error);
    }

    [GeneratedRegex("`(?:\\./)?sky ([a-z-][^`\n]*)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"^([A-Z_]+)=\$\((.*)\)$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Optional();
}

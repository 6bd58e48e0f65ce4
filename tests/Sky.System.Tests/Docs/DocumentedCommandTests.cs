using System.Diagnostics;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Docs;

/// <summary>
/// What the docs tell a reader to type works. Blocks marked <c>console</c> are run line by line, a file's blocks in order, in a home of its own;
/// blocks marked <c>yaml</c> are service files that check accepts.
/// </summary>
public sealed class DocumentedCommandTests
{
    private const string DefaultGateway = "http://127.0.0.1:30000";
    private const string H2cExample = "http://127.0.0.1:30080";

    public static TheoryData<string> FilesWithCommands() =>
        [.. MarkdownBlock.All(SkyProgram.Root).Where(block => block.Language == "console").Select(block => block.File).Distinct()];

    [Theory]
    [MemberData(nameof(FilesWithCommands))]
    public async Task Every_console_line_ends_with_0(string file)
    {
        await using var sky = new SkyMachine();
        var h2c = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";
        foreach (var block in MarkdownBlock.All(SkyProgram.Root).Where(block => block.File == file && block.Language == "console"))
        {
            foreach (var line in block.Text.Split('\n').Where(line => line.StartsWith("$ ", StringComparison.Ordinal)))
            {
                // The launcher has a test of its own; here it would build a second time.
                var command = line[2..].Replace("./sky ", $"{SkyProgram.Path} ", StringComparison.Ordinal)
                    .Replace(DefaultGateway, sky.GatewayUrl, StringComparison.Ordinal)
                    .Replace(H2cExample, h2c, StringComparison.Ordinal)
                    .Replace("curl ", "curl -fsS ", StringComparison.Ordinal);
                var (code, output) = await RunAsync(sky, command);
                Assert.True(code == 0, $"{file}:{block.Line}: `{line[2..]}` ended with {code}\n{output}\n{sky.Diagnose()}");
            }
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

    private static async Task<(int Code, string Output)> RunAsync(SkyMachine sky, string command)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = SkyProgram.Root };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command);
        foreach (var (key, value) in sky.Environment)
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(10));
        return (process.ExitCode, await output + await error);
    }
}

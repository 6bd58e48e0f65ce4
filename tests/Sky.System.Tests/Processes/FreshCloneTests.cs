using System.Diagnostics;
using Sky.SystemTests.Docs;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>What a newcomer does: the README's first command in a copy of the repository that was never built, with nothing kept from before.</summary>
[Trait("Category", "Heavy")]
public sealed class FreshCloneTests : IDisposable
{
    private readonly string _copy = Directory.CreateTempSubdirectory("sky-clone-").FullName;

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    [Fact]
    public async Task The_first_command_ends_with_a_line_that_is_answered_exactly_as_it_is_printed()
    {
        var archive = await BashAsync($"git -C '{SkyProgram.Root}' archive HEAD | tar -x -C '{_copy}'", null);
        Assert.SkipUnless(archive.ExitCode == 0, "the sources are no git checkout");
        Assert.False(Directory.Exists(Path.Combine(_copy, "artifacts")));
        await using var sky = new SkyMachine(Path.Combine(_copy, "sky"));
        var commands = MarkdownBlock.All(_copy).First(block => block is { File: "README.md", Language: "console" }).Commands().ToList();
        Assert.StartsWith("./sky serve up ", commands[0], StringComparison.Ordinal);

        var up = await BashAsync(commands[0], sky);

        Assert.True(up.ExitCode == 0, up.All + sky.Diagnose());
        Assert.Contains("Building sky", up.Error, StringComparison.Ordinal);
        Assert.Contains("replica 1 of version 1 READY", up.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Warning", up.Error, StringComparison.Ordinal);
        Assert.Contains($"Service name: hello\nEndpoint URL: {sky.GatewayUrl}/services/hello\nUseful Commands\n", up.Output, StringComparison.Ordinal);
        await EachPrintedCommandWorksAsync(sky, up.Output);

        var greeting = await BashAsync(commands[1].Replace("http://127.0.0.1:30000", sky.GatewayUrl, StringComparison.Ordinal), sky);
        Assert.StartsWith("Hello from replica ", greeting.Output, StringComparison.Ordinal);
    }

    /// <summary>The lines below "Useful Commands", run as they stand; what takes the service down comes last.</summary>
    private async Task EachPrintedCommandWorksAsync(SkyMachine sky, string output)
    {
        var printed = output.Split('\n').Where(line => line.StartsWith('├') || line.StartsWith('└'))
            .ToDictionary(line => line[4..line.IndexOf(':', StringComparison.Ordinal)], line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
        Assert.Equal(7, printed.Count);
        Assert.All(printed.Where(line => line.Key != "To send a test request"), line => Assert.StartsWith("./sky serve ", line.Value));

        var answer = await BashAsync(printed["To send a test request"], sky);
        Assert.Equal((0, "ok\n"), (answer.ExitCode, answer.Output));
        var status = await BashAsync(printed["To check service status"].Replace("[--endpoint]", "--endpoint", StringComparison.Ordinal), sky);
        Assert.Equal($"{sky.GatewayUrl}/services/hello\n", status.Output);
        var logs = await BashAsync(printed["To see replica logs"].Replace("[REPLICA_ID]", "1 --no-follow", StringComparison.Ordinal), sky);
        Assert.Contains("Hello replica 1 listens on port", logs.Output, StringComparison.Ordinal);
    }

    private async Task<SkyRun> BashAsync(string command, SkyMachine? sky)
    {
        var start = new ProcessStartInfo("bash", ["-o", "pipefail", "-c", command])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _copy,
        };
        foreach (var (name, value) in sky?.Environment ?? [])
        {
            start.Environment[name] = value;
        }

        using var bash = Process.Start(start)!;
        bash.StandardInput.Close();
        var output = bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(15));
        return new SkyRun(bash.ExitCode, await output, await error);
    }
}

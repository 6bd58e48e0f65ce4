using System.ComponentModel;
using System.Diagnostics;
using Sky.Core.Processes;
using Xunit;

namespace Sky.Core.Tests.Processes;

public sealed class DetachedProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_writes_to_its_log_and_its_exit_is_seen()
    {
        var log = _folder.File("x.log");
        await File.WriteAllTextAsync(log, "before\n", TestContext.Current.CancellationToken);
        var process = DetachedProcess.Start("bash", ["-c", "echo out; echo err >&2; exit 7"], log);
        var status = await StatusAsync(process);
        Assert.Equal(7 << 8, status);
        Assert.Equal("before\nout\nerr\n", await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task It_gets_only_the_given_environment_and_leads_a_session_of_its_own()
    {
        Environment.SetEnvironmentVariable("SKY_TEST_MARKER", "leaked");
        var log = _folder.File("x.log");
        var environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["ONLY"] = "this" };
        var process = DetachedProcess.Start("bash", ["-c", "env; echo pid=$$ session=$(ps -o sess= -p $$ | tr -d ' ')"], log, environment);
        await StatusAsync(process);
        var text = await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken);
        Assert.Contains("ONLY=this", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SKY_TEST_MARKER", text, StringComparison.Ordinal);
        Assert.Contains($"pid={process.Pid}", text, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains($"session={process.Pid}", text, StringComparison.Ordinal);
        }

        Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(log));
    }

    [Fact]
    public async Task It_is_ended_by_signals_that_its_starter_ignores()
    {
        var process = DetachedProcess.Start("bash", ["-c", "kill -PIPE $$; exit 0"], "/dev/null");
        Assert.Equal(13, await StatusAsync(process) & 0x7f);
    }

    [Fact]
    public void A_missing_program_is_an_error() =>
        Assert.Throws<Win32Exception>(() => DetachedProcess.Start("/no/such/program", [], "/dev/null"));

    private static async Task<int> StatusAsync(DetachedProcess process)
    {
        var deadline = Stopwatch.GetTimestamp() + 60 * Stopwatch.Frequency;
        while (Stopwatch.GetTimestamp() < deadline)
        {
            if (process.TryGetStatus(out var status))
            {
                return status;
            }

            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("the process did not end");
    }
}

using System.Text;
using Sky.Providers.Engines.Process;
using Xunit;

namespace Sky.Providers.Tests.Engines.Process;

public sealed class OutputLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-log-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Old_files_are_removed_and_the_rest_reads_as_one()
    {
        var all = Enumerable.Range(0, 1000).Select(i => $"line {i}").ToList();
        Fill(all);
        Assert.Equal(LogFiles.KeptFiles + 1, LogFiles.Numbers(_folder).Count);
        var kept = await ReadAsync(null);
        Assert.Equal(all.TakeLast(kept.Count), kept);
        Assert.InRange(kept.Count, 300, 999);
    }

    [Fact]
    public async Task A_tail_is_exact_whatever_its_length()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        var random = new Random(seed);
        var all = Enumerable.Range(0, 300).Select(i => i + new string('x', random.Next(60))).ToList();
        Fill(all);
        var kept = await ReadAsync(null);
        for (var tail = 0; tail < kept.Count + 3; tail += 1 + random.Next(5))
        {
            Assert.Equal(kept.TakeLast(tail), await ReadAsync(tail));
        }
    }

    [Fact]
    public async Task A_last_line_without_an_end_is_read()
    {
        using (var log = new OutputLog(_folder))
        {
            log.Write("a\nb"u8);
        }

        Assert.Equal(["a", "b"], await ReadAsync(null));
        Assert.Equal(["b"], await ReadAsync(1));
    }

    [Fact]
    public void The_last_lines_are_bounded()
    {
        using var log = new OutputLog(_folder);
        for (var i = 0; i < 30; i++)
        {
            log.Write(Encoding.UTF8.GetBytes(i + new string('y', 5000) + "\n"));
        }

        var last = log.LastLines();
        Assert.Equal(20, last.Count);
        Assert.All(last, line => Assert.Equal(500, line.Length));
        Assert.StartsWith("29y", last[^1], StringComparison.Ordinal);
    }

    private void Fill(IEnumerable<string> lines)
    {
        using var log = new OutputLog(_folder, maxBytes: 1000);
        foreach (var line in lines)
        {
            log.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
    }

    private async Task<List<string>> ReadAsync(int? tail)
    {
        var lines = new List<string>();
        await foreach (var line in new LogReader(_folder, TimeProvider.System).ReadAsync(tail, null, TestContext.Current.CancellationToken))
        {
            lines.Add(line);
        }

        return lines;
    }
}

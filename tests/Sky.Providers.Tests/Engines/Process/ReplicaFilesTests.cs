using Sky.Core.Services;
using Sky.Providers.Engines.Process;
using Xunit;

namespace Sky.Providers.Tests.Engines.Process;

public sealed class ReplicaFilesTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-files-").FullName;

    private string File_ => Path.Combine(_folder, "a.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_record_is_read_as_it_was_written()
    {
        Check(new StopMark(At, 0.25));
        Check(new ExitRecord());
        Check(new ExitRecord { LaunchedAt = At, ProvisionError = "e \"\n", Notice = "n" });
        Check(new ExitRecord { StartedAt = At, Exit = new ReplicaExit { Code = 137, Signal = "SIGKILL", Stage = "run", OutOfMemory = true, At = At, LastLogLines = ["a", "", "\u00e9\0"] } });
        Check(new ExitRecord { Exit = new ReplicaExit() });
        Check(new RunnerRecord { Pid = 1, BootId = "", LaunchedAt = At, Stage = "setup" });
        Check(new RunnerRecord { Pid = 1, StartTicks = long.MaxValue, BootId = "b", LaunchedAt = At, StartedAt = At, Stage = "run", Leaders = [new(2, 3), new(4, 0)], Groups = ["/g"], Notice = "n", Token = "t" });
        var environment = new Dictionary<string, string> { ["A"] = "b\n\"", [""] = "" };
        Check(new RunnerRequest { Name = "h-1", Token = "t", Port = 1, Environment = new Dictionary<string, string>(), Group = "g" });
        Check(new RunnerRequest { Name = "h-1", Token = "t", Port = 1, Setup = "s", Run = "r", WorkdirArchive = "w", Environment = environment, Group = "g", MemoryLimit = 1L << 40, CpuLimit = 0.5 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"at":1,"graceSeconds":1}""")]
    [InlineData("""{"at":"never","graceSeconds":1}""")]
    public void What_is_none_of_ours_is_none(string content)
    {
        File.WriteAllText(File_, content);
        Assert.Null(ReplicaFiles.Read<StopMark>(File_));
    }

    [Fact]
    public void A_missing_file_is_none() => Assert.Null(ReplicaFiles.Read<ExitRecord>(File_));

    private void Check<T>(T record)
        where T : class, IReplicaRecord<T>
    {
        ReplicaFiles.Write(File_, record, durable: false);
        Assert.Equivalent(record, ReplicaFiles.Read<T>(File_), strict: true);
    }
}

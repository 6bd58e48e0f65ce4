using System.Formats.Tar;
using Sky.Providers.Engines.Process;
using Xunit;

namespace Sky.Providers.Tests.Engines.Process;

public sealed class WorkdirArchiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-tar-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Unpacking_ends_when_a_stop_is_wished_for()
    {
        var archive = Path.Combine(_folder, "a.tar");
        using (var writer = new TarWriter(File.Create(archive)))
        {
            for (var i = 0; i < 10; i++)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"{i}") { DataStream = new MemoryStream("x"u8.ToArray()) });
            }
        }

        var target = Path.Combine(_folder, "workdir");
        var asked = 0;
        WorkdirArchive.Unpack(archive, target, () => ++asked > 3);
        Assert.Equal(["0", "1", "2"], Directory.GetFiles(target).Select(path => Path.GetFileName(path)).Order());
    }

    [Fact]
    public void What_is_mounted_in_containers_is_left_out()
    {
        var archive = Path.Combine(_folder, "a.tar");
        using (var writer = new TarWriter(File.Create(archive)))
        {
            foreach (var name in new[] { ".skyswarm-mounts/0", "main.py" })
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("x"u8.ToArray()) });
            }
        }

        var target = Path.Combine(_folder, "workdir");
        WorkdirArchive.Unpack(archive, target, () => false);
        Assert.Equal([Path.Combine(target, "main.py")], Directory.GetFileSystemEntries(target));
    }
}

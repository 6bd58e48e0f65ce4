using System.Formats.Tar;
using Sky.Cli.Workdirs;
using Sky.Core.Specs;

namespace Sky.SystemTests.Cli;

public sealed class WorkdirTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-workdir-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_hash_depends_on_content_and_not_on_times_or_order()
    {
        Write("b.txt", "two");
        Write("a/run.sh", "one");
        var first = await HashAsync();
        File.SetLastWriteTimeUtc(Path.Combine(_folder.FullName, "b.txt"), DateTime.UnixEpoch);
        Assert.Equal(first, await HashAsync());

        Write("b.txt", "three");
        var changed = await HashAsync();
        Assert.NotEqual(first, changed);

        File.SetUnixFileMode(Path.Combine(_folder.FullName, "b.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.NotEqual(changed, await HashAsync());
    }

    [Fact]
    public async Task Git_and_ignored_files_stay_out()
    {
        Write(".git/config", "x");
        Write(".skyignore", "*.bin\n/data/\n!keep.bin\n# a comment\n");
        Write("data/big", "x");
        Write("sub/data/small", "x");
        Write("sub/model.bin", "x");
        Write("keep.bin", "x");

        Assert.Equal([".skyignore", "keep.bin", "sub/", "sub/data/", "sub/data/small"], await NamesAsync());
    }

    [Theory]
    [InlineData("*.log", "a/b.log", false, true)]
    [InlineData("a/*.log", "a/b.log", false, true)]
    [InlineData("a/*.log", "x/a/b.log", false, false)]
    [InlineData("**/cache", "x/y/cache", true, true)]
    [InlineData("logs/**", "logs/a/b", false, true)]
    [InlineData("build/", "build", false, false)]
    [InlineData("build/", "x/build", true, true)]
    [InlineData("a?c", "abc", false, true)]
    [InlineData("a?c", "a/c", false, false)]
    public void Patterns_follow_git(string pattern, string path, bool isFolder, bool ignored) =>
        Assert.Equal(ignored, new IgnoreRules([pattern]).Ignores(path, isFolder));

    [Fact]
    public async Task Links_are_kept_as_links()
    {
        Write("real", "x");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "link"), "real");

        using var stream = await ArchiveAsync();
        using var reader = new TarReader(stream);
        var link = await reader.GetNextEntryAsync(copyData: false, TestContext.Current.CancellationToken);

        Assert.Equal((TarEntryType.SymbolicLink, "real"), (link!.EntryType, link.LinkName));
    }

    [Fact]
    public async Task An_absolute_link_into_the_folder_becomes_relative()
    {
        Write("data/real", "x");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "a"));
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "a", "link"), Path.Combine(_folder.FullName, "data", "real"));

        using var stream = await ArchiveAsync();
        using var reader = new TarReader(stream);
        TarEntry? entry;
        do
        {
            entry = await reader.GetNextEntryAsync(copyData: false, TestContext.Current.CancellationToken);
        }
        while (entry is { Name: not "a/link" });

        Assert.Equal("../data/real", entry?.LinkName);
    }

    [Theory]
    [InlineData("/etc/hosts")]
    [InlineData("../elsewhere")]
    public void A_link_that_leads_out_is_refused_by_name(string target)
    {
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "link"), target);

        var told = Assert.Throws<IOException>(() => WorkdirArchive.Of(_folder.FullName, []));

        Assert.Contains("The link link in", told.Message);
        Assert.Contains(target, told.Message);
    }

    [Fact]
    public async Task What_is_mounted_lies_beside_the_workdir_under_its_number()
    {
        Write("code/main.py", "x");
        Write("code/.skyswarm-mounts/0", "not what is mounted");
        Write("models/small/weights", "w");
        Write("app.conf", "c");
        FileMountSpec[] mounts = [new("/models", Path.Combine(_folder.FullName, "models"), IsFolder: true), new("/etc/app.conf", Path.Combine(_folder.FullName, "app.conf"), IsFolder: false)];

        Assert.Equal(
            [".skyswarm-mounts/0/", ".skyswarm-mounts/0/small/", ".skyswarm-mounts/0/small/weights", ".skyswarm-mounts/1", "main.py"],
            await NamesAsync(WorkdirArchive.Of(Path.Combine(_folder.FullName, "code"), mounts)));
        Assert.Equal([".skyswarm-mounts/0"], await NamesAsync(WorkdirArchive.Of(null, mounts[1..])));
    }

    private static async Task<List<string>> NamesAsync(WorkdirArchive archive)
    {
        using var stream = new MemoryStream();
        await archive.WriteAsync(stream, TestContext.Current.CancellationToken);
        stream.Position = 0;
        using var reader = new TarReader(stream);
        var names = new List<string>();
        while (await reader.GetNextEntryAsync(copyData: false, TestContext.Current.CancellationToken) is { } entry)
        {
            names.Add(entry.Name);
        }

        return names;
    }

    private Task<string> HashAsync() => WorkdirArchive.Of(_folder.FullName, []).HashAsync(TestContext.Current.CancellationToken);

    private async Task<MemoryStream> ArchiveAsync()
    {
        var stream = new MemoryStream();
        await WorkdirArchive.Of(_folder.FullName, []).WriteAsync(stream, TestContext.Current.CancellationToken);
        stream.Position = 0;
        return stream;
    }

    private async Task<List<string>> NamesAsync()
    {
        using var stream = await ArchiveAsync();
        using var reader = new TarReader(stream);
        var names = new List<string>();
        while (await reader.GetNextEntryAsync(copyData: false, TestContext.Current.CancellationToken) is { } entry)
        {
            names.Add(entry.Name);
        }

        return names;
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

using Sky.Core.Processes;
using Xunit;

namespace Sky.Core.Tests.Processes;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Replaces_the_content_and_leaves_nothing_else(bool durable)
    {
        var path = _folder.File("a.json");
        AtomicFile.Write(path, "old", durable: durable);
        AtomicFile.Write(path, "new", durable: durable);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_failed_write_leaves_no_draft()
    {
        var path = _folder.File("folder");
        Directory.CreateDirectory(path);
        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(path, "x"));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void What_killed_writers_left_can_be_removed_and_nothing_else_is()
    {
        var path = _folder.File("a.json");
        AtomicFile.Write(path, "whole");
        File.WriteAllText(_folder.File(".a.json.x1.tmp"), "hal");
        File.WriteAllText(_folder.File(".b.json.x1.tmp"), "of another");

        AtomicFile.RemoveDrafts(path);

        Assert.Equal([_folder.File(".b.json.x1.tmp"), path], Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal));
    }
}

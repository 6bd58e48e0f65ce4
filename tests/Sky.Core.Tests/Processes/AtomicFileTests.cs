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
}

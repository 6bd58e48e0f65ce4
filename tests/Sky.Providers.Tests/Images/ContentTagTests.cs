using Sky.Core.Images;
using Sky.Core.Specs;
using Sky.Providers.Images.Building;
using Xunit;

namespace Sky.Providers.Tests.Images;

public sealed class ContentTagTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ContentTagTests()
    {
        _folder.Write("Dockerfile", "FROM scratch\nCOPY . /\n");
        _folder.Write("a/one.txt", "1", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _folder.Write("two.txt", "2");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_sources_have_the_same_tag_elsewhere_and_at_another_time()
    {
        var tag = Tag();
        using var copy = new TempFolder();
        foreach (var name in new[] { "two.txt", "Dockerfile", "a/one.txt" })
        {
            copy.Write(name, File.ReadAllText(_folder.At(name)), File.GetUnixFileMode(_folder.At(name)));
            File.SetLastWriteTimeUtc(copy.At(name), DateTime.UnixEpoch);
        }

        Assert.Matches("^sky-[0-9a-f]{32}$", tag);
        Assert.Equal(tag, ContentTag.Of(Build() with { Context = copy.Path }, "linux/amd64", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Whatever_changes_the_image_changes_the_tag()
    {
        var seen = new HashSet<string> { Tag() };
        void Changed(Action change, string what)
        {
            change();
            Assert.True(seen.Add(Tag()), what);
        }

        Changed(() => _folder.Write("two.txt", "3"), "content");
        Changed(() => _folder.Write("three.txt", ""), "a file more");
        Changed(() => File.Move(_folder.At("three.txt"), _folder.At("four.txt")), "a name");
        Changed(() => File.SetUnixFileMode(_folder.At("a/one.txt"), (UnixFileMode)0b111_101_101), "permissions");
        Changed(() => Directory.CreateDirectory(_folder.At("empty")), "an empty folder");
        Changed(() => File.CreateSymbolicLink(_folder.At("link"), "two.txt"), "a link");
        Changed(() => { File.Delete(_folder.At("link")); File.CreateSymbolicLink(_folder.At("link"), "four.txt"); }, "where a link leads");
        Changed(() => _folder.Write("Dockerfile", "FROM scratch\nCOPY two.txt /\n"), "the Dockerfile");
        Assert.True(seen.Add(Tag(build => build with { Target = "run" })), "target");
        Assert.True(seen.Add(Tag(build => build with { Args = new Dictionary<string, string> { ["A"] = "1" } })), "an argument");
        Assert.True(seen.Add(Tag(build => build with { Args = new Dictionary<string, string> { ["A"] = "2" } })), "its value");
        Assert.True(seen.Add(ContentTag.Of(Build(), "linux/arm64", TestContext.Current.CancellationToken)), "platform");
    }

    [Fact]
    public void The_order_of_arguments_changes_nothing() => Assert.Equal(
        Tag(build => build with { Args = new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" } }),
        Tag(build => build with { Args = new Dictionary<string, string> { ["B"] = "2", ["A"] = "1" } }));

    [Fact]
    public void What_the_builder_is_not_given_changes_nothing()
    {
        _folder.Write(".dockerignore", "*.log\nout\n!out/kept.txt\n.dockerignore\n");
        var tag = Tag();

        _folder.Write("x.log", "noise");
        _folder.Write("out/y.txt", "noise");
        File.Delete(_folder.At("x.log"));
        _folder.Write("x.log", "more noise");
        Assert.Equal(tag, Tag());

        _folder.Write("out/kept.txt", "counts");
        Assert.NotEqual(tag, Tag());
    }

    [Fact]
    public void A_Dockerfile_counts_though_it_is_ignored()
    {
        _folder.Write(".dockerignore", "Dockerfile\n");
        var tag = Tag();

        _folder.Write("Dockerfile", "FROM scratch\n");

        Assert.NotEqual(tag, Tag());
    }

    [Fact]
    public void A_pipe_is_not_waited_for()
    {
        using var made = System.Diagnostics.Process.Start("mkfifo", _folder.At("pipe"));
        made.WaitForExit();

        Assert.NotEmpty(Tag());
    }

    [Fact]
    public void A_Dockerfile_that_is_missing_is_said()
    {
        File.Delete(_folder.At("Dockerfile"));

        Assert.Contains("there is no", Assert.Throws<ImageException>(() => Tag()).Message, StringComparison.Ordinal);
    }

    private string Tag(Func<ImageBuildSpec, ImageBuildSpec>? change = null) => ContentTag.Of(change is null ? Build() : change(Build()), "linux/amd64", TestContext.Current.CancellationToken);

    private ImageBuildSpec Build() => new() { Context = _folder.Path, Directory = _folder.Path };
}

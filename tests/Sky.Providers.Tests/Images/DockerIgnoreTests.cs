using Sky.Providers.Images.Building;
using Xunit;

namespace Sky.Providers.Tests.Images;

public sealed class DockerIgnoreTests
{
    [Theory]
    [InlineData("*.md", "a.md", true)]
    [InlineData("*.md", "b/a.md", false)]
    [InlineData("**/*.md", "a.md", true)]
    [InlineData("**/*.md", "b/c/a.md", true)]
    [InlineData("b", "b/c/a.md", true)]
    [InlineData("/b/", "b/a", true)]
    [InlineData("./b//c", "b/c", true)]
    [InlineData("b", "bc", false)]
    [InlineData("*/temp*", "b/temporary.txt", true)]
    [InlineData("*/*/temp*", "b/temporary.txt", false)]
    [InlineData("temp?", "tempa", true)]
    [InlineData("temp?", "temp", false)]
    [InlineData("b/**", "b/c/d", true)]
    [InlineData("[ab].txt", "a.txt", true)]
    [InlineData("[^ab].txt", "a.txt", false)]
    [InlineData("\\*.txt", "*.txt", true)]
    [InlineData("\\*.txt", "a.txt", false)]
    [InlineData("# a", "# a", false)]
    [InlineData("*.md|!README.md", "README.md", false)]
    [InlineData("*.md|!README*.md|README-secret.md", "README-secret.md", true)]
    [InlineData("b|!b/c", "b/c", false)]
    [InlineData("b|!b/c", "b/d", true)]
    [InlineData("*|!src", "src/a.cs", false)]
    [InlineData("..", "a", false)]
    public void A_path_is_ignored_as_Docker_does(string lines, string path, bool ignored) =>
        Assert.Equal(ignored, new DockerIgnore(lines.Split('|')).Ignores(path));

    [Fact]
    public void The_file_named_after_the_Dockerfile_counts_before_that_of_the_context()
    {
        using var folder = new TempFolder();
        folder.Write(".dockerignore", "a");
        folder.Write("D.dockerignore", "b");

        Assert.True(DockerIgnore.Of(folder.Path, "Dockerfile").Ignores("a"));
        Assert.False(DockerIgnore.Of(folder.Path, "D").Ignores("a"));
        Assert.True(DockerIgnore.Of(folder.Path, "D").Ignores("b"));
    }
}

using Sky.Core.Images;

namespace Sky.Core.Tests.Images;

public sealed class ImageReferenceTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("nginx", "docker.io", "library/nginx", null, null)]
    [InlineData("nginx:1.27", "docker.io", "library/nginx", "1.27", null)]
    [InlineData("vllm/vllm-openai:v0.11.0", "docker.io", "vllm/vllm-openai", "v0.11.0", null)]
    [InlineData("docker.io/vllm/vllm-openai", "docker.io", "vllm/vllm-openai", null, null)]
    [InlineData("index.docker.io/nginx", "docker.io", "library/nginx", null, null)]
    [InlineData("127.0.0.1:5000/hello:a", "127.0.0.1:5000", "hello", "a", null)]
    [InlineData("localhost/hello", "localhost", "hello", null, null)]
    [InlineData("registry:5000/team/x", "registry:5000", "team/x", null, null)]
    [InlineData("123456789012.dkr.ecr.us-east-1.amazonaws.com/a/b:1", "123456789012.dkr.ecr.us-east-1.amazonaws.com", "a/b", "1", null)]
    [InlineData("ghcr.io/a/b@" + Digest, "ghcr.io", "a/b", null, Digest)]
    [InlineData("ghcr.io/a/b:1@" + Digest, "ghcr.io", "a/b", "1", Digest)]
    public void Its_parts_are_those_that_Docker_sees(string text, string registry, string repository, string? tag, string? digest)
    {
        var reference = ImageReference.Parse(text)!;

        Assert.Equal((registry, repository, tag, digest), (reference.Registry, reference.Repository, reference.Tag, reference.Digest));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" nginx")]
    [InlineData("team/UPPER")]
    [InlineData("a//b")]
    [InlineData("a/b:")]
    [InlineData("a/b@sha256:12")]
    [InlineData("https://ghcr.io/a/b")]
    [InlineData("-x")]
    [InlineData("--privileged")]
    [InlineData("a\nb")]
    public void What_is_no_name_of_an_image_is_none(string text) => Assert.Null(ImageReference.Parse(text));

    [Theory]
    [InlineData("nginx", "nginx:latest", "nginx@" + Digest)]
    [InlineData("docker.io/a/b:1", "a/b:1", "a/b@" + Digest)]
    [InlineData("r:5000/a:1", "r:5000/a:1", "r:5000/a@" + Digest)]
    public void It_is_shown_as_Docker_shows_it(string text, string shown, string at)
    {
        var reference = ImageReference.Parse(text)!;

        Assert.Equal((shown, at), (reference.ToString(), reference.At(Digest)));
    }
}

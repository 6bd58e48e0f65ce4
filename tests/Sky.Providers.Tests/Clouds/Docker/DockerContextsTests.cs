using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sky.Providers.Clouds.Docker;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Docker;

public sealed class DockerContextsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-docker-config-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Without_any_configuration_it_is_the_usual_socket() => Assert.Equal("unix:///var/run/docker.sock", Endpoint(Find([])[0]));

    [Fact]
    public void A_host_of_the_environment_counts_before_a_context()
    {
        Write("there", "unix:///run/there.sock");
        Configure("there");

        Assert.Equal("unix:///run/given.sock", Endpoint(Find(new() { ["DOCKER_HOST"] = "unix:///run/given.sock", ["DOCKER_CONTEXT"] = "there" })[0]));
    }

    [Fact]
    public void A_context_of_the_environment_counts_before_the_current_one()
    {
        Write("one", "unix:///run/one.sock");
        Write("two", "unix:///run/two.sock");
        Configure("one");

        Assert.Equal("unix:///run/one.sock", Endpoint(Find([])[0]));
        Assert.Equal("unix:///run/two.sock", Endpoint(Find(new() { ["DOCKER_CONTEXT"] = "two" })[0]));
        Assert.Equal("unix:///var/run/docker.sock", Endpoint(Find(new() { ["DOCKER_CONTEXT"] = "default" })[0]));
    }

    [Fact]
    public void Every_context_is_there_by_its_name()
    {
        Write("b", "unix:///run/b.sock");
        Write("a", "unix:///run/a.sock");

        Assert.Equal([null, "a", "b", "default"], Find([]).Select(context => context.Name));
    }

    [Theory]
    [InlineData("tcp://10.0.0.1:2376", "sky cluster join CLUSTER NODE --ssh USER@HOST --manager")]
    [InlineData("ssh://me@machine", "sky cluster join CLUSTER NODE --context far --manager")]
    public void What_is_elsewhere_is_named_and_not_used(string host, string instead)
    {
        Write("far", host);
        var far = Find([]).Single(context => context.Name == "far");

        Assert.Null(far.Endpoint);
        Assert.Equal(host, far.Host);
        Assert.Equal(far.Trouble, new DockerCloud(Find([]), TimeProvider.System).WhyNotIn("far"));
        Assert.StartsWith($"the context far is at {host}: replicas are reached at this machine's ports", far.Trouble, StringComparison.Ordinal);
        Assert.EndsWith($"{instead}; then infra: swarm/CLUSTER", far.Trouble, StringComparison.Ordinal);
        Assert.Contains("DOCKER_HOST is at", Find(new() { ["DOCKER_HOST"] = host })[0].Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_that_is_not_there_is_named() =>
        Assert.Equal($"DOCKER_CONTEXT names the context gone, which is not in {_folder.FullName}", Find(new() { ["DOCKER_CONTEXT"] = "gone" })[0].Trouble);

    [Fact]
    public void Damaged_files_are_none()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "config.json"), "{");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "contexts/meta/x"));
        File.WriteAllText(Path.Combine(_folder.FullName, "contexts/meta/x/meta.json"), "[]");

        Assert.Equal([null, "default"], Find([]).Select(context => context.Name));
    }

    private static string? Endpoint(DockerContext context) => context.Endpoint?.OriginalString;

    private IReadOnlyList<DockerContext> Find(Dictionary<string, string> environment) => DockerContexts.Find(environment.GetValueOrDefault, _folder.FullName);

    private void Configure(string current) =>
        File.WriteAllText(Path.Combine(_folder.FullName, "config.json"), JsonSerializer.Serialize(new { currentContext = current }));

    private void Write(string name, string host)
    {
        var folder = Path.Combine(_folder.FullName, "contexts", "meta", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))));
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "meta.json"), JsonSerializer.Serialize(new { Name = name, Metadata = new { }, Endpoints = new { docker = new { Host = host, SkipTLSVerify = false } } }));
    }
}

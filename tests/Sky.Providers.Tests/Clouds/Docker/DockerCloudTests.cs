using System.Net.Sockets;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Placement;
using Sky.Core.Specs;
using Sky.Providers.Clouds.Docker;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Docker;

public sealed class DockerCloudTests(SharedDocker shared) : CloudContract, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-docker-cloud-");
    private DockerCloud? _cloud;
    private Uri? _endpoint;

    protected override ICloud Cloud => _cloud!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(DockerDaemon.SkipReason is not null, DockerDaemon.SkipReason ?? "");
        _endpoint = new Uri((await shared.DaemonAsync()).Host);
        _cloud = Of(new DockerContext(null, _endpoint), new DockerContext("there", _endpoint), new DockerContext("gone", Socket("gone")));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Engines_that_answer_are_machines_one_has_with_an_engine_of_their_own()
    {
        var offerings = await Cloud.ListOfferingsAsync(Cancel);

        Assert.Equal([(null, "docker", false), ("there", "docker/there", true)], offerings.Select(one => (one.Region, one.Engine, one.OnlyByName)));
        Assert.All(offerings, one => Assert.True(one is { Owned: true, HourlyCost: 0, UseSpot: false, Accelerator: null }));
        Assert.All(offerings, one => Assert.Equal(Environment.ProcessorCount, one.Cpus));
    }

    [Fact]
    public async Task A_context_is_taken_only_where_it_is_named()
    {
        var offerings = await Cloud.ListOfferingsAsync(Cancel);

        Assert.Equal([null], Regions(new ResourceCandidate { Cloud = "docker" }, offerings));
        Assert.Equal([null], Regions(new ResourceCandidate(), offerings));
        Assert.Equal(["there"], Regions(new ResourceCandidate { Cloud = "docker", Region = "there" }, offerings));
    }

    [Fact]
    public async Task Where_there_is_no_daemon_it_says_what_to_do()
    {
        var error = await Assert.ThrowsAsync<CloudException>(() => Of(new DockerContext(null, Socket("none"))).ListOfferingsAsync(Cancel));

        Assert.Equal(CloudFailure.Unavailable, error.Failure);
        Assert.Equal($"Docker does not answer at unix://{_folder.FullName}/none: is it installed and running (sudo systemctl start docker)?", error.Message);
    }

    [Fact]
    public async Task One_that_never_answers_is_not_waited_for()
    {
        using var deaf = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        deaf.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "deaf")));
        deaf.Listen();

        var error = await Assert.ThrowsAsync<CloudException>(() => Of(new DockerContext(null, Socket("deaf"))).ListOfferingsAsync(Cancel));

        Assert.Equal($"Docker at unix://{_folder.FullName}/deaf does not answer in time", error.Message);
    }

    [Fact]
    public async Task What_cannot_be_used_says_why()
    {
        var error = await Assert.ThrowsAsync<CloudException>(() => Of(new DockerContext(null, null, "it is elsewhere")).ListOfferingsAsync(Cancel));

        Assert.Equal("it is elsewhere", error.Message);
    }

    private static DockerCloud Of(params DockerContext[] contexts) => new(contexts, TimeProvider.System);

    private static IEnumerable<string?> Regions(ResourceCandidate candidate, IReadOnlyList<Offering> offerings) =>
        Placer.Choose(new ResourcesSpec { Candidates = [candidate] }, offerings, new TaskSpec { Run = "x" }, out _).Select(choice => choice.Placement.Region);

    private Uri Socket(string name) => new($"unix://{_folder.FullName}/{name}");
}

using Docker.DotNet;
using Microsoft.Extensions.Time.Testing;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;
using Sky.Providers.Engines.Swarm;
using Xunit;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>Which of a cluster's managers is asked.</summary>
public sealed class SwarmManagersTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Nodes _nodes = new(Manager("a"), Manager("b"));

    [Fact]
    public async Task One_that_says_nothing_is_given_up_after_a_while_and_the_next_is_asked()
    {
        var managers = new SwarmManagers("east", _nodes, _time);
        var silent = _nodes.Managers[0].Client;
        List<IDockerClient> asked = [];
        async Task<string> Call(IDockerClient client)
        {
            asked.Add(client);
            await (client == silent ? new TaskCompletionSource().Task : Task.CompletedTask);
            return "done";
        }

        var answer = managers.DoAsync(Call);
        Assert.False(answer.IsCompleted);
        _time.Advance(SwarmManagers.AnswerTime);
        Assert.Equal("done", await answer);

        // The one that answered last is asked first from then on.
        Assert.Equal("done", await managers.DoAsync(Call));
        Assert.Equal([silent, _nodes.Managers[1].Client, _nodes.Managers[1].Client], asked);
    }

    public static TheoryData<Exception> Silences => [new IOException("cut"), new TaskCanceledException("no connection was made in time", new TimeoutException())];

    [Theory]
    [MemberData(nameof(Silences))]
    public async Task Where_none_answers_it_is_said_of_the_cluster(Exception silence)
    {
        var failure = await Assert.ThrowsAsync<EngineException>(() => new SwarmManagers("east", _nodes, _time).DoAsync<string>(_ => throw silence));
        Assert.Equal(EngineFailure.Unavailable, failure.Failure);
        Assert.StartsWith("no manager of cluster east can be asked (", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Three_managers_can_be_asked_within_the_time_of_a_listing() => Assert.True(SwarmManagers.AnswerTime * 3 < TimeSpan.FromSeconds(30));

    public void Dispose()
    {
        foreach (var manager in _nodes.Managers)
        {
            manager.Client.Dispose();
        }
    }

    private static DockerCalls Manager(string name)
    {
        var endpoint = new Uri($"unix:///nonexistent/{name}.sock");
        return new DockerCalls(DockerClients.Connect(endpoint), endpoint);
    }

    private sealed class Nodes(params DockerCalls[] managers) : ISwarmNodes
    {
        public IReadOnlyList<DockerCalls> Managers => managers;

        public DockerCalls? Node(string id) => null;

        public Uri? EndpointOf(string node, ReplicaKey replica) => null;
    }
}

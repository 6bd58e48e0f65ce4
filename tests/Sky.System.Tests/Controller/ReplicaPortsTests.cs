using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Provisioning;
using Sky.Core.Services;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class ReplicaPortsTests : IPortCheck
{
    private static readonly IReadOnlySet<int> None = new HashSet<int>();
    private readonly FakeTimeProvider _time = new();
    private readonly HashSet<int> _foreign = [];
    private readonly ReplicaPorts _ports;

    public ReplicaPortsTests() => _ports = new ReplicaPorts((100, 104), this, _time);

    public bool IsFree(int port) => !_foreign.Contains(port);

    [Fact]
    public void PortsOfOtherServicesAndOfOtherProgramsAreAvoided()
    {
        _ports.Note(Aggregates.Service("b", null, Aggregates.Replica("b", 1, ReplicaState.Ready, port: 100)));
        _foreign.Add(101);
        Assert.Equal(102, Next("a"));
    }

    [Fact]
    public void PortJustOfferedToAnotherServiceIsNotOfferedAgainUntilThatIsForgotten()
    {
        var offered = Enumerable.Range(0, 5).Select(_ => Next("a")).ToList();
        Assert.Equal([100, 101, 102, 103, 104], offered);
        Assert.Null(Next("b"));

        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.NotNull(Next("b"));
    }

    [Fact]
    public void PortGivenUpIsTheLastToBeGivenAgain()
    {
        var given = Next("a");
        Assert.Equal(new int?[] { 101, 102, 103, 104 }, [Next("a"), Next("a"), Next("a"), Next("a")]);
        Assert.Equal(given, Next("a"));
    }

    [Fact]
    public void OneSnapshotGivesEachOfItsReplicasAnother()
    {
        var source = _ports.For(new ServiceName("a"));
        var taken = new HashSet<int>();
        while (source.Next(taken) is { } port)
        {
            Assert.True(taken.Add(port));
        }

        Assert.Equal(5, taken.Count);
    }

    [Fact]
    public void SameQuestionToOneSnapshotHasTheSameAnswer()
    {
        var source = _ports.For(new ServiceName("a"));
        Assert.Equal(source.Next(None), source.Next(None));
    }

    private int? Next(string service) => _ports.For(new ServiceName(service)).Next(None);
}

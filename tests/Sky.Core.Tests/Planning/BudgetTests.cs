using Sky.Core.Keys;
using Sky.Core.Planning;
using Sky.Core.Services;
using Sky.Core.Specs;
using Xunit;

namespace Sky.Core.Tests.Planning;

/// <summary>What the nodes of a service may cost.</summary>
public sealed class BudgetTests
{
    [Fact]
    public void A_spent_budget_stops_scaling_up_and_says_so_until_it_begins_anew()
    {
        var world = Of(2);
        world.Run(5);
        world.Spent = 9.99;
        world.Change(service => service with { PinnedReplicas = 3 });
        world.Run(5);
        Assert.Equal(3, world.Ready.Count());
        Assert.Null(world.Service.HeldByBudget);

        world.Spent = 10;
        world.Change(service => service with { PinnedReplicas = 5 });
        world.Run(5);
        Assert.Equal(3, world.Ready.Count());
        Assert.StartsWith("Its budget of $10 a day is spent: there are no more than 3 replica(s) until 20", world.Service.HeldByBudget, StringComparison.Ordinal);
        Assert.Contains("Its budget of $10 a day is spent", StatusView.From(world.Stored, new ServiceLoad(), null, world.Now).Message, StringComparison.Ordinal);
        Assert.Single(world.Events, happened => happened.Contains("budget", StringComparison.Ordinal));

        world.Spent = 0;
        world.Run(5);
        Assert.Equal(5, world.Ready.Count());
        Assert.Null(world.Service.HeldByBudget);
    }

    [Fact]
    public void The_fewest_replicas_are_kept_up_whatever_they_cost()
    {
        var world = Of(2);
        world.Spent = 100;
        world.Run(5);
        Assert.Equal(2, world.Ready.Count());
        Assert.Null(world.Service.HeldByBudget);
        world.Kill(1);
        world.Run(10);
        Assert.Equal(2, world.Ready.Count());
    }

    [Fact]
    public void Scaling_down_goes_on()
    {
        var world = Of(1);
        world.Change(service => service with { PinnedReplicas = 4 });
        world.Run(5);
        world.Spent = 100;
        world.Change(service => service with { PinnedReplicas = 2 });
        world.Run(40);
        Assert.Equal(2, world.Ready.Count());
        Assert.Null(world.Service.HeldByBudget);
    }

    private static World Of(int replicas) => new(TestSpec.Of(min: replicas, serving: serving => serving with { Budget = new BudgetSpec { Usd = 10, Per = BudgetPeriod.Day } }));
}

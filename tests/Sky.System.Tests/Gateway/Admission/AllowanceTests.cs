using Microsoft.Extensions.Time.Testing;
using Sky.Core.Keys;
using Sky.Gateway.Admission.Limits;
using Xunit;

namespace Sky.SystemTests.Gateway.Admission;

/// <summary>What a gateway makes of the slices that it is given.</summary>
public sealed class AllowanceTests
{
    private readonly Allowance _allowance = new(new FakeTimeProvider());

    [Fact]
    public void Until_the_first_slice_all_of_a_limit_is_there_and_what_was_taken_of_it_counts_as_that_share_of_the_slice()
    {
        _allowance.Apply(LimitSlice.WholeOf(new KeyLimits { RequestsPerMinute = 10, Concurrency = 8 }));
        Assert.Equal(6, Taken(6));

        _allowance.Apply(new LimitSlice { RequestsPerMinute = 5, Concurrency = 7 });
        Assert.Equal(1, Taken(10));
        Leave(7);
        Assert.Equal(1, Taken(10));
    }

    [Fact]
    public void A_larger_slice_fills_with_time_only()
    {
        _allowance.Apply(new LimitSlice { RequestsPerMinute = 5 });
        Assert.Equal(5, Taken(10));
        _allowance.Apply(new LimitSlice { RequestsPerMinute = 10 });
        Assert.Equal(0, Taken(10));
    }

    [Fact]
    public void What_is_more_than_the_slice_of_a_budget_may_come_with_the_next_and_is_refused_for_good_only_after_that()
    {
        var (reserve, later) = (new TokenReserve(0, 0, 0.4m), TimeSpan.FromSeconds(1));
        _allowance.Apply(new LimitSlice { Money = 0.25m });
        Assert.Equal((LimitKind.Budget, later), Refused(reserve));
        _allowance.Apply(new LimitSlice { Money = 0.3m });
        Assert.Equal((LimitKind.Budget, null), Refused(reserve));
        Assert.Equal((LimitKind.Budget, later), Refused(reserve with { Cost = 0.5m }));
        _allowance.Apply(new LimitSlice { Money = 1 });
        Assert.Equal((LimitKind.None, null), Refused(reserve));
        _allowance.Settle(reserve, 0, 1);
        Assert.Equal((LimitKind.Budget, null), Refused(reserve));
    }

    private (LimitKind Kind, TimeSpan? Wait) Refused(TokenReserve reserve) => _allowance.TryTake(reserve, ofService: false) is var refusal ? (refusal.Kind, refusal.Wait) : default;

    private int Taken(int tries) => Enumerable.Range(0, tries).Count(_ => _allowance.TryTake(default, ofService: false).Kind is LimitKind.None);

    private void Leave(int requests)
    {
        for (var request = 0; request < requests; request++)
        {
            _allowance.Leave();
        }
    }
}

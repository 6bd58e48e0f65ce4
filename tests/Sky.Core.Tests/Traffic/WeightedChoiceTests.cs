using Sky.Core.Traffic;
using Xunit;

namespace Sky.Core.Tests.Traffic;

public sealed class WeightedChoiceTests
{
    private const int Users = 100_000;

    [Theory]
    [InlineData("1=90 2=10")]
    [InlineData("1=50 2=50")]
    [InlineData("3=1 7=99")]
    [InlineData("1=20 2=30 5=50")]
    public void Each_version_gets_its_share_of_users(string weights)
    {
        var arms = Arms(weights);
        var counts = new int[arms.Length];
        for (var user = 0; user < Users; user++)
        {
            counts[WeightedChoice.Of(Hash(user), arms)]++;
        }

        for (var i = 0; i < arms.Length; i++)
        {
            // Five standard deviations of a binomial count.
            var share = arms[i].Percent / 100.0;
            Assert.InRange(counts[i], Users * share - Far(share), Users * share + Far(share));
        }
    }

    [Fact]
    public void A_change_of_weights_moves_only_the_users_that_it_must()
    {
        var (before, after) = (Arms("1=90 2=10"), Arms("1=80 2=20"));
        var moved = 0;
        for (var user = 0; user < Users; user++)
        {
            var (old, now) = (WeightedChoice.Of(Hash(user), before), WeightedChoice.Of(Hash(user), after));
            Assert.False(old == 1 && now == 0, "a user went against the change");
            moved += old == now ? 0 : 1;
        }

        Assert.InRange(moved, Users * 0.1 - Far(0.1), Users * 0.1 + Far(0.1));
    }

    [Fact]
    public void A_version_that_leaves_moves_only_its_own_users_and_they_come_back_with_it()
    {
        var (all, two) = (Arms("1=50 2=25 3=25"), Arms("1=50 3=25"));
        for (var user = 0; user < 10_000; user++)
        {
            var version = all[WeightedChoice.Of(Hash(user), all)].Version;
            var without = two[WeightedChoice.Of(Hash(user), two)].Version;
            Assert.True(version == 2 || version == without);
        }
    }

    [Fact]
    public void The_order_of_the_versions_and_a_common_factor_of_the_weights_change_nothing()
    {
        var (some, same) = (Arms("1=40 2=60"), Arms("2=30 1=20"));
        for (var user = 0; user < 10_000; user++)
        {
            Assert.Equal(some[WeightedChoice.Of(Hash(user), some)].Version, same[WeightedChoice.Of(Hash(user), same)].Version);
        }
    }

    private static double Far(double share) => 5 * Math.Sqrt(Users * share * (1 - share));

    private static VersionWeight[] Arms(string text) =>
        [.. text.Split(' ').Select(arm => arm.Split('=')).Select(pair => new VersionWeight(int.Parse(pair[0]), int.Parse(pair[1])))];

    private static ulong Hash(int user)
    {
        var bytes = System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(user));
        return BitConverter.ToUInt64(bytes);
    }
}

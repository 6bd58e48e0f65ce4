using Sky.Core.Nodes;

namespace Sky.Core.Tests.Nodes;

public sealed class EnrolmentRulesTests
{
    private const string Secret = "the-secret";
    private const string Key = "abc";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly NodeKey Node = new(new ClusterName("c1"), new NodeName("n1"));

    private static readonly EnrolmentRecord Fresh = new()
    {
        Id = "0011223344556677",
        SecretHash = EnrolmentToken.HashOf(Secret),
        Cluster = Node.Cluster,
        Node = Node.Node,
        Role = NodeRole.Worker,
        CreatedAt = Start,
        ExpiresAt = Start + EnrolmentRules.Lifetime,
    };

    private static readonly EnrolmentRecord UsedOne = Fresh with { UsedAt = Start, PublicKey = Key, Certificate = "…" };

    [Fact]
    public void A_fresh_token_lets_its_node_in()
    {
        Assert.Null(EnrolmentRules.Check(Fresh, Secret, Node, Key, Start));
        Assert.Null(EnrolmentRules.Check(Fresh, Secret, null, Key, Start));
    }

    [Fact]
    public void A_wrong_secret_and_an_unknown_token_are_not_told_apart()
    {
        Assert.Equal(EnrolmentRefusal.Unknown, EnrolmentRules.Check(Fresh, "another", Node, Key, Start));
        Assert.Equal(EnrolmentRefusal.Unknown, EnrolmentRules.Check(null, Secret, Node, Key, Start));
        Assert.Equal(EnrolmentRefusal.Unknown, EnrolmentRules.Check(UsedOne, "another", Node, Key, Start));
    }

    [Fact]
    public void It_expires() => Assert.Equal(EnrolmentRefusal.Expired, EnrolmentRules.Check(Fresh, Secret, Node, Key, Fresh.ExpiresAt));

    [Fact]
    public void It_is_for_one_node() =>
        Assert.Equal(EnrolmentRefusal.OtherNode, EnrolmentRules.Check(Fresh, Secret, Node with { Node = new NodeName("n2") }, Key, Start));

    [Fact]
    public void It_is_for_one_cluster() =>
        Assert.Equal(EnrolmentRefusal.OtherNode, EnrolmentRules.Check(Fresh, Secret, Node with { Cluster = new ClusterName("c2") }, Key, Start));

    [Fact]
    public void The_same_key_is_answered_again_for_a_while()
    {
        Assert.Null(EnrolmentRules.Check(UsedOne, Secret, Node, Key, Start + EnrolmentRules.RepeatWindow - TimeSpan.FromSeconds(1)));
        Assert.Equal(EnrolmentRefusal.Used, EnrolmentRules.Check(UsedOne, Secret, Node, Key, Start + EnrolmentRules.RepeatWindow));
    }

    [Fact]
    public void Another_key_is_not() => Assert.Equal(EnrolmentRefusal.Used, EnrolmentRules.Check(UsedOne, Secret, Node, "abd", Start));

    [Fact]
    public void A_token_is_read_back_and_does_not_tell_its_secret()
    {
        var token = EnrolmentToken.From([.. Enumerable.Range(1, EnrolmentToken.IdBytes + EnrolmentToken.SecretBytes).Select(i => (byte)i)], new string('a', 64));
        Assert.Equal(token, EnrolmentToken.Parse(token.Text + "\n"));
        Assert.DoesNotContain(token.Secret, token.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(token.Secret, $"{new EnrolRequest { Id = token.Id, Secret = token.Secret, Request = "" }}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sky-node")]
    [InlineData("sky-node.0011223344556677.short.aaaa")]
    [InlineData("sky-node.0011223344556677.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("sky-node.001122334455667g.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void What_is_no_token_is_none(string text) => Assert.Null(EnrolmentToken.Parse(text));
}

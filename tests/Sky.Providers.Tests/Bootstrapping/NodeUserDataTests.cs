using System.Security.Cryptography;
using System.Text;
using Sky.Core.Nodes;
using Sky.Providers.Bootstrapping;
using Xunit;

namespace Sky.Providers.Tests.Bootstrapping;

/// <summary>What a bought machine runs first.</summary>
public sealed class NodeUserDataTests : IDisposable
{
    /// <summary>Of EC2's user data before its encoding, the least of the clouds (Azure takes 64 KB with it).</summary>
    private const int Most = 16384;

    private static readonly NodeKey _node = new(new ClusterName("aws-us-east-1"), new NodeName("sky-0123456789abcd"));
    private static readonly EnrolmentToken _token = EnrolmentToken.From(RandomNumberGenerator.GetBytes(EnrolmentToken.IdBytes + EnrolmentToken.SecretBytes), new string('a', 64));
    private readonly string _program = Path.GetTempFileName();

    public void Dispose() => File.Delete(_program);

    [Theory]
    [InlineData("aws", "aws")]
    [InlineData("azure", "azure")]
    [InlineData("sim", "")]
    public void It_is_the_script_of_any_node_with_its_token_and_small_enough_for_every_cloud(string cloud, string notices)
    {
        File.WriteAllText(_program, "one");
        var text = Data().Of(_node, cloud, _token);
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 1000, Most);
        Assert.Contains($"token='{_token.Text}'", text, StringComparison.Ordinal);
        Assert.Contains($"sha256='{Convert.ToHexStringLower(SHA256.HashData("one"u8))}'", text, StringComparison.Ordinal);
        Assert.Contains("SKY_NODE_CONTROLLER=https://203.0.113.7:46591\n", text, StringComparison.Ordinal);
        Assert.Contains($"SKY_NODE_NAME={_node}\n", text, StringComparison.Ordinal);
        Assert.Contains($"SKY_NODE_CLOUD={notices}\n", text, StringComparison.Ordinal);

        // The program comes from the controller, whose certificate the machine cannot check yet: by its hash it can.
        Assert.Contains("--insecure --output \"$sky.new\" 'https://203.0.113.7:46591/sky'", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_was_replaced_has_another_hash()
    {
        File.WriteAllText(_program, "one");
        var data = Data();
        var before = data.Of(_node, "aws", _token);
        File.WriteAllText(_program, "another");
        File.SetLastWriteTimeUtc(_program, DateTime.UtcNow.AddHours(1));
        Assert.NotEqual(before, data.Of(_node, "aws", _token));
    }

    [Fact]
    public void Certificates_of_others_are_checked()
    {
        File.WriteAllText(_program, "one");
        var data = new NodeUserData { Controller = _ => new Uri("https://203.0.113.7:46591"), Program = _ => (_program, new Uri("https://example.org/sky")) };
        Assert.DoesNotContain("--insecure --output", data.Of(_node, "aws", _token), StringComparison.Ordinal);
    }

    private NodeUserData Data() => new() { Controller = _ => new Uri("https://203.0.113.7:46591"), Program = _ => (_program, new Uri("https://203.0.113.7:46591/sky")) };
}

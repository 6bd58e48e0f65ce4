using System.Text.RegularExpressions;

namespace Sky.SystemTests.Architecture;

/// <summary>Secrets and their hashes are compared in constant time, wherever a request's key or token is looked at.</summary>
public sealed partial class KeyComparisonTests
{
    [Theory]
    [InlineData("src/Sky.Gateway/Ingress/Keys/KeyDirectory.cs")]
    [InlineData("src/Sky.Controller/Api/ApiGuard.cs")]
    public void Where_a_secret_is_looked_for_it_is_compared_in_constant_time(string file) =>
        Assert.Contains("CryptographicOperations.FixedTimeEquals(", Repository.Read(file), StringComparison.Ordinal);

    [Fact]
    public void No_other_comparison_of_hashes_or_secrets_is_in_the_way_of_a_request()
    {
        var wrong = Repository.Files("*.cs", "src/Sky.Gateway").Where(path => Comparison().IsMatch(Repository.Read(path)));
        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"(?i)(hash|secret)\w*(\.AsSpan\(\)|\.Span)?\s*(==|!=|\.Equals\(|\.SequenceEqual\()")]
    private static partial Regex Comparison();
}

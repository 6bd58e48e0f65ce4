using System.Security.Cryptography;
using System.Text;
using Sky.Core.Keys;

namespace Sky.Core.Tests.Keys;

public sealed class KeyTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("llama-3", "llama-3", true)]
    [InlineData("llama-3", "LLAMA-3", true)]
    [InlineData("llama-3", "llama-30", false)]
    [InlineData("llama-*", "llama-", true)]
    [InlineData("llama-*", "codellama-7b", false)]
    [InlineData("*llama*", "codellama-7b", true)]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("*a*b", "xaxxabxb", true)]
    [InlineData("*a*b", "xaxxabxbx", false)]
    [InlineData("meta/*-8b", "meta/llama-3-8b", true)]
    [InlineData("a.c", "abc", false)]
    public void A_pattern_matches_whole_names(string pattern, string name, bool matches) => Assert.Equal(matches, ModelGlob.Matches(pattern, name));

    [Fact]
    public void A_hostile_pattern_takes_no_more_than_the_product_of_the_lengths()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 90)) + "b";
        Assert.False(ModelGlob.Matches(pattern, new string('a', 5000)));
    }

    [Fact]
    public void A_secret_has_256_random_bits_and_the_form_of_one()
    {
        var first = KeySecret.From(Enumerable.Repeat((byte)1, KeySecret.RandomBytes).ToArray());
        var second = KeySecret.From(Enumerable.Repeat((byte)2, KeySecret.RandomBytes).ToArray());

        Assert.Matches("^sk-sky-[A-Za-z0-9_-]{43}$", first);
        Assert.NotEqual(first, second);
        Assert.Equal(256, KeySecret.RandomBytes * 8);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(first))), KeySecret.HashText(first));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("Bearer ", "", true)]
    [InlineData("a=sk-sky-; b=", "; c", true)]
    [InlineData("sk-sky-!sk-sky-;", "", true)]
    [InlineData("x", "x", true)]
    [InlineData("sk-sky-", null, false)]
    [InlineData("sk-sky-team-of-people", null, false)]
    public void A_secret_is_found_in_a_text(string before, string? after, bool found)
    {
        var secret = KeySecret.From(Enumerable.Repeat((byte)7, KeySecret.RandomBytes).ToArray());
        Assert.Equal(found, KeySecret.IsIn(after is null ? before : before + secret + after));
        Assert.False(KeySecret.IsIn(before + "!" + secret[..^1] + "!"));
    }

    [Fact]
    public void A_key_ends_at_its_expiry_and_when_it_is_revoked()
    {
        var key = Key();
        Assert.Equal(KeyState.Active, key.StateAt(Now));
        Assert.Equal(KeyState.Active, (key with { ExpiresAt = Now.AddTicks(1) }).StateAt(Now));
        Assert.Equal(KeyState.Expired, (key with { ExpiresAt = Now }).StateAt(Now));
        Assert.Equal(KeyState.Revoked, (key with { ExpiresAt = Now, RevokedAt = Now }).StateAt(Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData("a b")]
    [InlineData("key-1")]
    [InlineData("a\n")]
    public void A_name_is_one_that_can_be_typed_and_is_no_id(string name) => Assert.NotEmpty(KeyRules.Problems(Key() with { Name = name }, Now));

    [Fact]
    public void Limits_and_expiry_must_allow_something()
    {
        Assert.Empty(KeyRules.Problems(Key() with { Limits = new KeyLimits { RequestsPerMinute = 1, TokensPerMinute = 1, Concurrency = 1, Budget = 0.01m } }, Now));
        Assert.Equal(4, KeyRules.Problems(Key() with { Limits = new KeyLimits { RequestsPerMinute = 0, TokensPerMinute = -1, Concurrency = 0, Budget = 0 } }, Now).Count);
        Assert.Single(KeyRules.Problems(Key() with { ExpiresAt = Now }, Now));
        Assert.Single(KeyRules.Problems(Key() with { Models = [""] }, Now));
    }

    private static KeyRecord Key() => new() { Id = new KeyId("key-1"), Name = "a", Hash = "00", CreatedAt = Now };
}

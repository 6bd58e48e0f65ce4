using System.Buffers;
using System.Text;
using Sky.Gateway.Routing.Models;
using Xunit;

namespace Sky.SystemTests.Gateway.Models;

/// <summary>Equal beginnings give equal rows of hashes, however the bytes arrived.</summary>
public sealed class PromptBlocksTests
{
    private const int Block = 4 * PromptBlocks.Tokens;
    private static readonly byte[] Prompt = [.. Enumerable.Range(0, 20 * Block - 100).Select(i => (byte)(i * 31 / 7))];

    [Fact]
    public void A_longer_prompt_begins_with_the_row_of_the_shorter()
    {
        var whole = PromptBlocks.Of(new ReadOnlySequence<byte>(Prompt), "m");
        Assert.Equal(19, whole.Length);
        Assert.Equal(whole.Length, whole.Distinct().Count());
        foreach (var length in new[] { 0, Block - 1, Block, Block + 1, 4 * Block - 24, Prompt.Length - 1 })
        {
            Assert.Equal(whole[..(length / Block)], PromptBlocks.Of(new ReadOnlySequence<byte>(Prompt[..length]), "m"));
        }
    }

    [Fact]
    public void One_byte_changes_all_that_follows_and_nothing_before()
    {
        var whole = PromptBlocks.Of(new ReadOnlySequence<byte>(Prompt), "m");
        var changed = Prompt.ToArray();
        changed[2 * Block + 88] ^= 1;
        var other = PromptBlocks.Of(new ReadOnlySequence<byte>(changed), "m");
        Assert.Equal(whole[..2], other[..2]);
        Assert.All(Enumerable.Range(2, whole.Length - 2), i => Assert.NotEqual(whole[i], other[i]));
    }

    [Fact]
    public void Another_model_shares_nothing() =>
        Assert.Empty(PromptBlocks.Of(new ReadOnlySequence<byte>(Prompt), "m").Intersect(PromptBlocks.Of(new ReadOnlySequence<byte>(Prompt), "n")));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(Block - 1)]
    [InlineData(Block)]
    [InlineData(300)]
    [InlineData(4096)]
    public void Pieces_do_not_matter(int size) => Assert.Equal(
        PromptBlocks.Of(new ReadOnlySequence<byte>(Prompt), "m"),
        PromptBlocks.Of(Pieces.Of(Prompt, size), "m"));

    [Fact]
    public void A_prompt_beyond_the_bound_is_cut() =>
        Assert.Equal(8192, PromptBlocks.Of(Pieces.Of(Encoding.ASCII.GetBytes(new string('x', 8192 * Block + 5)), 4096), "m").Length);
}

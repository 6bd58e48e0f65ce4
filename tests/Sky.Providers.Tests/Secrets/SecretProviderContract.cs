using Sky.Core.Secrets;
using Sky.Core.Specs;

namespace Sky.Providers.Tests.Secrets;

/// <summary>What everybody who holds secrets must do.</summary>
public abstract class SecretProviderContract
{
    protected const string Value = "s3cret {\"a\": 1} ü";

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A provider that holds <see cref="Value"/> under the name <c>there</c>, nothing under <c>missing</c>, and may not read <c>denied</c>.</summary>
    protected abstract Task<ISecretProvider> CreateAsync();

    protected virtual SecretReference Reference(string name) => new() { From = "", Name = name };

    /// <summary>Null where nothing can be denied.</summary>
    protected virtual string? Denied => "denied";

    [Fact]
    public async Task The_value_is_given_whole() =>
        Assert.Equal(Value, (await (await CreateAsync()).ResolveAsync(Reference("there") with { Key = "a" }, Cancel)).Reveal());

    [Fact]
    public async Task Asked_again_it_says_the_same()
    {
        var provider = await CreateAsync();
        Assert.Equal(await provider.ResolveAsync(Reference("there"), Cancel), await provider.ResolveAsync(Reference("there"), Cancel));
    }

    [Fact]
    public async Task One_that_is_not_there_is_named()
    {
        var error = await Assert.ThrowsAsync<SecretException>(async () => await (await CreateAsync()).ResolveAsync(Reference("missing"), Cancel));
        Assert.Equal(SecretFailure.NotFound, error.Failure);
        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_may_not_be_read_is_told_apart()
    {
        if (Denied is null)
        {
            return;
        }

        var error = await Assert.ThrowsAsync<SecretException>(async () => await (await CreateAsync()).ResolveAsync(Reference(Denied), Cancel));
        Assert.Equal(SecretFailure.Denied, error.Failure);
    }
}

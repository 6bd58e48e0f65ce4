using Sky.Core.Secrets;
using Sky.Core.Specs;
using Sky.Providers.Secrets;

namespace Sky.Providers.Tests.Secrets;

public sealed class FileSecretsTests : SecretProviderContract, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-secret-");

    /// <summary>A folder: root may read every file.</summary>
    protected override string? Denied => "";

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("a\n", "a")]
    [InlineData("a\r\n", "a")]
    [InlineData("a\n\n", "a\n")]
    [InlineData("", "")]
    public async Task One_line_feed_at_the_end_does_not_belong_to_it(string content, string wanted) =>
        Assert.Equal(wanted, (await (await WithAsync(content)).ResolveAsync(Reference("there"), Cancel)).Reveal());

    [Fact]
    public async Task What_no_variable_can_hold_is_refused()
    {
        foreach (var content in new[] { new string('x', 200_000), "a\0b" })
        {
            var error = await Assert.ThrowsAsync<SecretException>(async () => await (await WithAsync(content)).ResolveAsync(Reference("there"), Cancel));
            Assert.Equal(SecretFailure.Invalid, error.Failure);
        }
    }

    protected override Task<ISecretProvider> CreateAsync() => WithAsync(Value);

    protected override SecretReference Reference(string name) => new() { From = "file", Path = Path.Combine(_folder.FullName, name) };

    private async Task<ISecretProvider> WithAsync(string content)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "there"), content, Cancel);
        return new FileSecrets();
    }
}

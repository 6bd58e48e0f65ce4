using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Sky.Core.Secrets;
using Sky.Providers.Secrets;

namespace Sky.Providers.Tests.Secrets;

public sealed class KeyRingTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-keys-");

    private string Keys => Path.Combine(_folder.FullName, "keys");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_one_sealed_another_with_the_same_folder_opens()
    {
        var text = new KeyRing(Keys, "store").Seal("s3cret\nvalue ü");

        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.Matches("^[A-Za-z0-9_-]+$", text);
        Assert.Equal("s3cret\nvalue ü", new KeyRing(Keys, "store").Open(text, out var stale));
        Assert.False(stale);
        Assert.NotEqual(text, new KeyRing(Keys, "store").Seal("s3cret\nvalue ü"));
    }

    [Fact]
    public void Keys_are_for_their_owner_only_and_not_made_before_they_are_needed()
    {
        var keys = new KeyRing(Keys, "store");
        Assert.False(Directory.Exists(Keys));

        keys.Seal("x");

        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Keys));
        Assert.Equal(Owner, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(Keys))));
    }

    [Fact]
    public void What_is_sealed_for_one_purpose_is_closed_to_another() =>
        Assert.Throws<SealException>(() => new KeyRing(Keys, "gateway").Open(new KeyRing(Keys, "store").Seal("x"), out _));

    [Fact]
    public void A_missing_key_is_named_with_its_file_and_what_to_do()
    {
        var text = new KeyRing(Keys, "store").Seal("s3cret");
        var file = Assert.Single(Directory.GetFiles(Keys));
        File.Move(file, file + ".away");

        var error = Assert.Throws<SealException>(() => new KeyRing(Keys, "store").Open(text, out _));

        Assert.Contains($"The key {file} is missing: put it back", error.Message, StringComparison.Ordinal);
        File.Move(file + ".away", file);
        Assert.Equal("s3cret", new KeyRing(Keys, "store").Open(text, out _));
    }

    [Fact]
    public void A_key_of_the_right_name_with_another_content_is_said_not_to_open_it()
    {
        var text = new KeyRing(Keys, "store").Seal("s3cret");
        var file = Assert.Single(Directory.GetFiles(Keys));
        File.WriteAllText(file, "no key");

        var error = Assert.Throws<SealException>(() => new KeyRing(Keys, "store").Open(text, out _));

        Assert.Contains($"The key {file} does not open it", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("not base64 at all!")]
    public void What_was_never_sealed_is_damaged(string text) =>
        Assert.Contains("damaged", Assert.Throws<SealException>(() => new KeyRing(Keys, "store").Open(text, out _)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_changed_text_is_not_opened()
    {
        var text = new KeyRing(Keys, "store").Seal("s3cret").ToCharArray();
        text[^5] = text[^5] == 'A' ? 'B' : 'A';
        Assert.Throws<SealException>(() => new KeyRing(Keys, "store").Open(new string(text), out _));
    }

    [Fact]
    public void An_older_key_goes_on_opening_and_what_it_sealed_is_to_be_sealed_anew()
    {
        var old = new KeyRing(Keys, "store").Seal("s3cret");
        NewKey();

        var ring = new KeyRing(Keys, "store");
        Assert.Equal("s3cret", ring.Open(old, out var stale));
        Assert.True(stale);
        Assert.Equal("s3cret", ring.Open(ring.Seal("s3cret"), out stale));
        Assert.False(stale);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_said()
    {
        File.WriteAllText(Keys, "a file");
        Assert.Contains(Keys, Assert.Throws<SealException>(() => new KeyRing(Keys, "store").Seal("x")).Message, StringComparison.Ordinal);
    }

    /// <summary>As the key ring itself does when a key comes to its end.</summary>
    private void NewKey()
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("skyswarm").PersistKeysToFileSystem(new DirectoryInfo(Keys));
        using var provider = services.BuildServiceProvider();
        var manager = provider.GetRequiredService<IKeyManager>();
        var newest = manager.GetAllKeys().Max(key => key.ActivationDate);
        manager.CreateNewKey(newest.AddMilliseconds(1), newest.AddDays(90));
    }
}

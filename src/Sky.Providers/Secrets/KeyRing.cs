using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using Microsoft.AspNetCore.DataProtection;
using Sky.Core.Secrets;

namespace Sky.Providers.Secrets;

/// <summary>
/// Seals with ASP.NET's data protection: keys are files of a folder, a new one is made every 90 days, older ones go on opening what they sealed.
/// Nothing is read or made before the first use.
/// </summary>
public sealed class KeyRing : ISealer
{
    private const int MagicLength = 4;
    private const int KeyIdLength = 16;
    private readonly string _folder;
    private readonly Lazy<IPersistedDataProtector> _protector;

    /// <param name="folder">Of the keys; made, for its owner only, where it is missing.</param>
    /// <param name="purpose">What is sealed for one purpose cannot be opened for another.</param>
    public KeyRing(string folder, string purpose)
    {
        _folder = folder;
        _protector = new Lazy<IPersistedDataProtector>(() => Create(folder, purpose), LazyThreadSafetyMode.PublicationOnly);
    }

    public string Seal(string text)
    {
        try
        {
            return Base64Url.EncodeToString(_protector.Value.Protect(Encoding.UTF8.GetBytes(text)));
        }
        catch (Exception error) when (IsExpected(error))
        {
            throw new SealException($"The keys in {_folder} cannot be used ({error.Message}): check the folder's permissions and its disk.", error);
        }
    }

    public string Open(string sealedText, out bool stale)
    {
        try
        {
            var bytes = _protector.Value.DangerousUnprotect(Base64Url.DecodeFromChars(sealedText), ignoreRevocationErrors: true, out stale, out _);
            return Encoding.UTF8.GetString(bytes);
        }
        catch (Exception error) when (IsExpected(error))
        {
            throw new SealException(Why(sealedText, error), error);
        }
    }

    private string Why(string sealedText, Exception error)
    {
        if (KeyFile(sealedText) is not { } file)
        {
            return "What is stored is damaged.";
        }

        return File.Exists(file)
            ? $"The key {file} does not open it ({error.Message}): put the right file back from a copy and restart sky."
            : $"The key {file} is missing: put it back from a copy and restart sky.";
    }

    /// <summary>A sealed text begins with a fixed word and the id of its key.</summary>
    private string? KeyFile(string sealedText)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(sealedText);
            return bytes.Length < MagicLength + KeyIdLength
                ? null
                : Path.Combine(_folder, $"key-{new Guid(bytes.AsSpan(MagicLength, KeyIdLength)):d}.xml");
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static IPersistedDataProtector Create(string folder, string purpose)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var keys = Directory.CreateDirectory(folder, ownerOnly);
        File.SetUnixFileMode(folder, ownerOnly);
        return (IPersistedDataProtector)DataProtectionProvider.Create(keys, builder => builder.SetApplicationName("skyswarm")).CreateProtector(purpose);
    }

    private static bool IsExpected(Exception error) =>
        error is CryptographicException or FormatException or IOException or UnauthorizedAccessException or XmlException or InvalidOperationException;
}

using Sky.Core.Secrets;
using Sky.Core.Specs;

namespace Sky.Providers.Secrets;

/// <summary>Secrets that are files of this machine. One line feed at the end is the editor's and not the secret's.</summary>
public sealed class FileSecrets : ISecretProvider
{
    private const int Largest = 128 << 10;

    public string Name => SecretReference.File;

    public async Task<SecretValue> ResolveAsync(SecretReference reference, CancellationToken cancellationToken)
    {
        var path = reference.Path ?? "";
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > Largest })
            {
                throw new SecretException(SecretFailure.Invalid, $"{path} is larger than {Largest >> 10} KiB, and so no variable can hold it.");
            }

            var text = await File.ReadAllTextAsync(path, cancellationToken);
            return text.Contains('\0', StringComparison.Ordinal)
                ? throw new SecretException(SecretFailure.Invalid, $"{path} is no text, and so no variable can hold it.")
                : new SecretValue(text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            throw new SecretException(SecretFailure.NotFound, $"There is no file {path}.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new SecretException(SecretFailure.Denied, $"{path} is a folder or may not be read: check its permissions.", error);
        }
        catch (IOException error)
        {
            throw new SecretException(SecretFailure.Unavailable, $"{path} cannot be read: {error.Message}", error);
        }
    }
}

using System.Security.Cryptography;
using Sky.Core;

namespace Sky.Controller.Provisioning;

/// <summary>Uploaded workdirs, one tar file each, named by the SHA-256 of its bytes. They are kept as long as versions are: for ever.</summary>
internal sealed class Workdirs(SkyHome home)
{
    private const int NoSpaceLeft = 28;
    private const int BufferSize = 128 * 1024;

    public string Folder => home.Workdirs;

    public bool Has(string hash) => File.Exists(PathOf(hash));

    /// <summary>The system's word for a full disk or quota.</summary>
    public static bool IsFull(IOException exception) => (exception.HResult & 0xFFFF) is NoSpaceLeft or 122;

    /// <summary>False when the content does not have this hash; then nothing is kept.</summary>
    public async Task<bool> SaveAsync(string hash, Stream content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        var draft = Path.Combine(Folder, $".{hash}.{Path.GetRandomFileName()}.tmp");
        try
        {
            if (await WriteAsync(draft, content, cancellationToken) != hash)
            {
                return false;
            }

            File.Move(draft, PathOf(hash), overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static async Task<string> WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        var buffer = new byte[BufferSize];
        while (await content.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private string PathOf(string hash) => Path.Combine(Folder, hash + ".tar");
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sky.Core.Images;
using Sky.Core.Specs;

namespace Sky.Providers.Images.Building;

/// <summary>
/// The tag of an image by what it is built from: every file of the context that the builder is given (path, kind, permissions, content; no
/// times, no owners), the Dockerfile, its arguments and target, and the platform. The same sources have the same tag on every machine.
/// </summary>
internal sealed class ContentTag : IDisposable
{
    // Changed when images of the same sources would be built in another way.
    private const string Rules = "sky-build/1";
    private const int HexDigits = 32;
    private const UnixFileMode Permissions = (UnixFileMode)0xFFF;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private ContentTag()
    {
    }

    /// <param name="build">What is built; its <c>prepare</c> has run.</param>
    /// <param name="platform">Such as <c>linux/amd64</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ImageException">A file cannot be read.</exception>
    public static string Of(ImageBuildSpec build, string platform, CancellationToken cancellationToken)
    {
        using var tag = new ContentTag();
        try
        {
            tag.AddAll(build, platform, cancellationToken);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            throw new ImageException(ImageFailure.Invalid, $"The folder {build.Context} to build cannot be read: {bad.Message}", bad);
        }
        return "sky-" + Convert.ToHexStringLower(tag._hash.GetHashAndReset())[..HexDigits];
    }

    public void Dispose() => _hash.Dispose();

    private void AddAll(ImageBuildSpec build, string platform, CancellationToken cancellationToken)
    {
        var dockerfile = build.Dockerfile ?? "Dockerfile";
        Add(Rules);
        Add(platform);
        Add(build.Target ?? "");
        foreach (var (name, value) in build.Args.OrderBy(arg => arg.Key, StringComparer.Ordinal))
        {
            Add(name);
            Add(value);
        }
        Add("");
        AddContent(new FileInfo(Path.Combine(build.Context, dockerfile)));
        var ignore = DockerIgnore.Of(build.Context, dockerfile);
        AddFolder(new DirectoryInfo(build.Context), "", ignore, cancellationToken);
    }

    private void AddFolder(DirectoryInfo folder, string prefix, DockerIgnore ignore, CancellationToken cancellationToken)
    {
        var items = folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None });
        foreach (var item in items.OrderBy(item => item.Name, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = prefix + item.Name;
            var ignored = ignore.Ignores(name);
            var inner = item.LinkTarget is null ? item as DirectoryInfo : null;
            if (!ignored)
            {
                AddItem(name, item);
            }
            if (inner is not null && (!ignored || ignore.TakesBack))
            {
                AddFolder(inner, name + "/", ignore, cancellationToken);
            }
        }
    }

    private void AddItem(string name, FileSystemInfo item)
    {
        Add(name);
        if (item.LinkTarget is { } target)
        {
            Add("link");
            Add(target);
            return;
        }
        Add(item is DirectoryInfo ? "folder" : "file");
        Add(Convert.ToString((int)(item.UnixFileMode & Permissions), 8));
        if (item is FileInfo file)
        {
            AddContent(file);
        }
    }

    private void AddContent(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new FileNotFoundException($"there is no {file.FullName}");
        }
        // A pipe or a socket has no length, and opening it could wait for ever.
        using var content = file.Length == 0 ? Stream.Null : file.OpenRead();
        Add(Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    // Each text behind its length, so that no two lists of texts are the same bytes.
    private void Add(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        _hash.AppendData(length);
        _hash.AppendData(bytes);
    }
}

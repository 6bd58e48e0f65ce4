namespace Sky.Gateway.Telemetry.AccessLog;

/// <summary>
/// Lines at the end of a file that is opened anew for each piece, so that whoever renames, cuts or deletes it is not written past. When it is
/// large it becomes <c>.1</c>, that one <c>.2</c>, and so on up to <see cref="Kept"/>.
/// </summary>
/// <param name="path">Made with mode 0600, with its folder.</param>
/// <param name="largest">Bytes from which on a new one is begun.</param>
internal sealed class AccessFile(string path, long largest = AccessFile.Largest) : IAccessSink
{
    public const long Largest = 64 << 20;

    /// <summary>Files beside the one that is written.</summary>
    public const int Kept = 4;

    public string Name => path;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> lines)
    {
        Rotate();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = Open();
        var before = file.Length;
        try
        {
            await file.WriteAsync(lines);
        }
        catch (IOException)
        {
            // Half a line would spoil the next one too.
            file.SetLength(before);
            throw;
        }
    }

    private FileStream Open()
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private void Rotate()
    {
        if (new FileInfo(path) is not { Exists: true, Length: var length } || length < largest)
        {
            return;
        }

        for (var number = Kept - 1; number >= 1; number--)
        {
            if (File.Exists($"{path}.{number}"))
            {
                File.Move($"{path}.{number}", $"{path}.{number + 1}", overwrite: true);
            }
        }

        File.Move(path, $"{path}.1", overwrite: true);
    }
}

namespace Sky.Providers.Engines.Process;

/// <summary>Finds where the last lines of a replica's output begin, reading backwards from the end only as far as needed.</summary>
internal static class LogTail
{
    private const int BlockSize = 64 * 1024;

    /// <summary>The file's number and the offset in it where to begin. For fewer lines than asked for: the very beginning.</summary>
    public static (int Number, long Offset) Find(string folder, int lines)
    {
        var numbers = LogFiles.Numbers(folder);
        if (numbers.Count == 0)
        {
            return (1, 0);
        }

        // The line feed at the very end ends the last line; it does not begin another.
        var wanted = lines;
        var atVeryEnd = true;
        for (var i = numbers.Count - 1; i >= 0; i--)
        {
            using var file = TryOpen(LogFiles.Name(folder, numbers[i]));
            if (file is null)
            {
                continue;
            }

            if (lines == 0)
            {
                return (numbers[i], file.Length);
            }

            if (FindIn(file, ref wanted, ref atVeryEnd) is { } offset)
            {
                return (numbers[i], offset);
            }
        }

        return (numbers[0], 0);
    }

    private static long? FindIn(FileStream file, ref int wanted, ref bool atVeryEnd)
    {
        var block = new byte[BlockSize];
        for (var end = file.Length; end > 0;)
        {
            var start = Math.Max(0, end - BlockSize);
            var count = RandomAccess.Read(file.SafeFileHandle, block.AsSpan(0, (int)(end - start)), start);
            for (var i = count - 1; i >= 0; i--)
            {
                if (block[i] == '\n' && !atVeryEnd && --wanted == 0)
                {
                    return start + i + 1;
                }

                atVeryEnd = false;
            }

            end = start;
        }

        return null;
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (FileNotFoundException)
        {
            // Removed as the oldest in the meantime.
            return null;
        }
    }
}

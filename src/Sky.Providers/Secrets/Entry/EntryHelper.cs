using System.Buffers.Binary;

namespace Sky.Providers.Secrets.Entry;

/// <summary>
/// The small static program (<c>entry.c</c>) that a container begins with when it has secrets: it takes them, adds them to its environment
/// and becomes the image's command. It needs nothing of the image.
/// </summary>
internal static class EntryHelper
{
    private const int MachineOffset = 18;
    private static readonly Lazy<byte[]?> Program = new(Load);

    /// <summary>The program; null where this build was made without a C compiler.</summary>
    public static ReadOnlyMemory<byte>? Bytes => Program.Value;

    /// <summary>Whether there is one for images of this architecture, in Docker's word.</summary>
    public static bool RunsOn(string? architecture) => Program.Value is { } program && architecture == BinaryPrimitives.ReadUInt16LittleEndian(program.AsSpan(MachineOffset)) switch
    {
        62 => "amd64",
        183 => "arm64",
        _ => "",
    };

    private static byte[]? Load()
    {
        using var resource = typeof(EntryHelper).Assembly.GetManifestResourceStream("sky-entry");
        if (resource is null)
        {
            return null;
        }

        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}

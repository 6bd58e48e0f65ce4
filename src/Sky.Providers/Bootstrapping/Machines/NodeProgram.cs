using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sky.Providers.Bootstrapping.Machines;

/// <summary>The <c>sky</c> that a machine is given: one file that runs by itself.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
/// <param name="Processor">As <c>uname -m</c> has it; null where the file does not say.</param>
public sealed record NodeProgram(string Path, string Sha256, string? Processor)
{
    private const int MachineField = 18;

    /// <summary>Throws <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/> for a file that cannot be read.</summary>
    public static async Task<NodeProgram> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var head = new byte[MachineField + 2];
        var read = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        file.Position = 0;
        return new NodeProgram(path, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)), read == head.Length ? ProcessorOf(head) : null);
    }

    private static string? ProcessorOf(ReadOnlySpan<byte> head) => !head.StartsWith("\x7fELF"u8) ? null
        : BinaryPrimitives.ReadUInt16LittleEndian(head[MachineField..]) switch
        {
            62 => "x86_64",
            183 => "aarch64",
            _ => null,
        };
}

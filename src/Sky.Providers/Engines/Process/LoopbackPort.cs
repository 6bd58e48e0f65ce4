using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sky.Providers.Engines.Process;

/// <summary>Whether a port can be listened on. By the C library's calls: .NET's sockets would double the time a runner takes to start.</summary>
internal static class LoopbackPort
{
    private const int Internet = 2;
    private const int Stream = 1;

    /// <summary>
    /// True also where we may not know (such as a port below 1024: the replica will say it better). Connections that wait to be
    /// forgotten after an earlier replica do not count, as they do not for most servers.
    /// </summary>
    public static bool IsFree(int port)
    {
        var socket = LibC.NewSocket(Internet, Stream, 0);
        if (socket < 0)
        {
            return true;
        }

        try
        {
            var macOs = OperatingSystem.IsMacOS();
            _ = LibC.SetSocketOption(socket, macOs ? 0xffff : 1, macOs ? 4 : 2, 1, sizeof(int));
            return (LibC.Bind(socket, Address(port, macOs), 16) == 0 && LibC.Listen(socket, 1) == 0)
                || Marshal.GetLastPInvokeError() != (macOs ? 48 : 98);
        }
        finally
        {
            _ = LibC.Close(socket);
        }
    }

    private static byte[] Address(int port, bool macOs)
    {
        var address = new byte[16];
        (address[0], address[1]) = macOs ? ((byte)16, (byte)Internet) : ((byte)Internet, (byte)0);
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), (ushort)port);
        (address[4], address[7]) = (127, 1);
        return address;
    }
}

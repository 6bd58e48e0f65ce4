using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sky.Testing.Docker;

/// <summary>Connections of this process that are made within another network namespace. A socket stays in the namespace that its thread was in when it was made.</summary>
public static partial class NamespaceSocket
{
    private const int NewNetwork = 0x40000000;

    /// <summary>A client whose every connection is made there.</summary>
    public static HttpClient Client(string networkNamespace) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, _) =>
            new NetworkStream(await ConnectAsync(networkNamespace, new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port)), ownsSocket: true),
    })
    {
        Timeout = TimeSpan.FromMinutes(2),
    };

    public static Task<Socket> ConnectAsync(string networkNamespace, IPEndPoint endpoint)
    {
        var connected = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                connected.SetResult(Connect(networkNamespace, endpoint));
            }
            catch (Exception failure)
            {
                connected.SetException(failure);
            }
        }) { IsBackground = true }.Start();
        return connected.Task;
    }

    private static Socket Connect(string networkNamespace, IPEndPoint endpoint)
    {
        // The thread ends with this: no other work is done in that namespace.
        using (var file = File.OpenHandle($"/run/netns/{networkNamespace}"))
        {
            if (SetNamespace((int)file.DangerousGetHandle(), NewNetwork) != 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }
        }

        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(endpoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int file, int kind);
}

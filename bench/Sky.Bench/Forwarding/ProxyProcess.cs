using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Sky.Bench.Forwarding;

/// <summary>A server of the comparison as a process of its own, whose processor time can be read.</summary>
internal sealed class ProxyProcess : IDisposable
{
    private readonly Process _process;

    private ProxyProcess(string name, string path, int port, Process process) => (Name, Path, Port, _process) = (name, path, port, process);

    public string Name { get; }

    /// <summary>What is asked for.</summary>
    public string Path { get; }

    public int Port { get; }

    public int Id => _process.Id;

    /// <summary>Starts it and waits until it accepts connections.</summary>
    public static async Task<ProxyProcess> StartAsync(
        string name, string path, int port, string file, IEnumerable<string> arguments, CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (variable, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[variable] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var proxy = new ProxyProcess(name, path, port, process);
        for (var attempt = 0; attempt < 300; attempt++)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync("127.0.0.1", port, cancellationToken);
                return proxy;
            }
            catch (SocketException)
            {
                await Task.Delay(100, cancellationToken);
            }
        }

        proxy.Dispose();
        throw new InvalidOperationException($"{name} does not listen on port {port}");
    }

    /// <summary>User and system time of it and its children, in seconds; in steps of 10 ms.</summary>
    public double ProcessorSeconds() => Tree(_process.Id).Sum(Seconds);

    /// <summary>Resident memory of it and its children.</summary>
    public long ResidentBytes() => Tree(_process.Id).Sum(pid => long.Parse(File.ReadAllText($"/proc/{pid}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static IEnumerable<int> Tree(int pid) =>
        File.ReadAllText($"/proc/{pid}/task/{pid}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(c => int.Parse(c, CultureInfo.InvariantCulture))
            .SelectMany(Tree)
            .Prepend(pid);

    private static double Seconds(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    }
}

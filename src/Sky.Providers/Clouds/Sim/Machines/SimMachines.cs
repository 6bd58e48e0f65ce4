using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sky.Core.Clouds;

namespace Sky.Providers.Clouds.Sim.Machines;

/// <summary>
/// Nodes of the simulated cloud as machines. Each has a folder, and lives on without the controller, as a machine does; what is begun is finished by a program of
/// its own, so that no call waits for it. Not safe for concurrent use.
/// </summary>
internal sealed class SimMachines(SimMachineSettings settings, string root)
{
    /// <summary>The state of a machine that is there.</summary>
    public const string Up = "up";

    private const int LongestSocket = 107;
    private const int FirstHost = 2;
    private const int LastHost = 250;
    private static readonly string[] _programs = ["dockerd", "ip", "nsenter", "setsid", "flock", "curl", "unshare"];
    private readonly Dictionary<(string Verb, string Node), Process> _running = [];
    private readonly string _hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(root))));

    /// <summary>The address at which machines reach this one.</summary>
    public string Gateway => $"{Network}.1";

    private string Network => settings.Network ?? string.Create(CultureInfo.InvariantCulture, $"10.97.{Convert.ToInt32(_hash[..2], 16)}");

    private string Bridge => "skysim" + _hash[..6];

    private string Script => Path.Combine(root, "machine.sh");

    /// <summary>Throws <see cref="CloudException"/> where no machine can be made here, with what would have to be.</summary>
    public void Check()
    {
        var missing = _programs.Where(program => !IsOnPath(program)).ToList();
        var why = !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess ? "it needs root on Linux"
            : missing.Count > 0 ? $"{string.Join(", ", missing)} is missing (Debian: docker.io, iproute2, util-linux, curl)"
            : SocketOf("sky-00000000000000").Length > LongestSocket ? $"the path of SKY_HOME is too long for sockets: {root}"
            : settings.Images?.FirstOrDefault(image => !File.Exists(image)) is { } image ? $"there is no image {image}"
            : null;
        if (why is not null)
        {
            throw new CloudException(CloudFailure.Unavailable, $"the simulated cloud cannot make machines: {why}. Without \"machines\" in SKY_SIM_FILE its nodes are processes of this machine.");
        }
    }

    /// <summary>An address that none of these nodes has.</summary>
    public string Free(IEnumerable<SimNode> nodes)
    {
        var taken = nodes.Select(node => node.Address).ToHashSet();
        for (var host = FirstHost; host <= LastHost; host++)
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"{Network}.{host}");
            if (!taken.Contains(address))
            {
                return address;
            }
        }

        throw new CloudException(CloudFailure.Quota, $"the simulated cloud has no address left for more than {LastHost - FirstHost + 1} machines");
    }

    /// <summary>Prepares a machine: what it runs first is kept with it.</summary>
    public void Prepare(SimNode node, string? userData)
    {
        Directory.CreateDirectory(FolderOf(node), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        WriteSecret(Path.Combine(FolderOf(node), "user-data"), userData ?? "");
        File.WriteAllLines(Path.Combine(FolderOf(node), "images"), settings.Images ?? []);
        File.WriteAllLines(Path.Combine(FolderOf(node), "docker"), settings.Docker ?? []);
    }

    /// <summary>Begins to start it, unless that has been begun or it is there.</summary>
    public void Start(SimNode node, TimeSpan after)
    {
        if (!File.Exists(StateOf(node)))
        {
            Run("up", node, node.Address!, Bridge, Gateway, after.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Cuts its power, and begins to remove what is left of it.</summary>
    public void Stop(SimNode node) => Run("down", node, Bridge);

    /// <summary>Whether nothing is left of it.</summary>
    public bool IsGone(SimNode node) => !Directory.Exists(FolderOf(node)) && !File.Exists(FolderOf(node) + ".lock");

    /// <summary>Null while it starts, <c>up</c>, or why it did not.</summary>
    public string? State(SimNode node)
    {
        try
        {
            return File.ReadAllText(StateOf(node)).Trim();
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private string FolderOf(SimNode node) => Path.Combine(root, "machines", node.Id);

    private string StateOf(SimNode node) => Path.Combine(FolderOf(node), "state");

    private string SocketOf(string id) => Path.Combine(root, "machines", id, "run", "exec", "containerd", "containerd-debug.sock");

    /// <summary>In a session of its own: it goes on without this process. What runs already is left to it.</summary>
    private void Run(string verb, SimNode node, params string[] arguments)
    {
        if (_running.TryGetValue((verb, node.Id), out var running) && !running.HasExited)
        {
            return;
        }

        running?.Dispose();
        if (!File.Exists(Script) || File.ReadAllText(Script) != Text())
        {
            File.WriteAllText(Script + ".new", Text());
            File.Move(Script + ".new", Script, overwrite: true);
        }

        string[] command = ["sh", "-c", "exec sh \"$@\" >/dev/null 2>&1 </dev/null", "sh", Script, verb, FolderOf(node), node.Id, .. arguments];
        _running[(verb, node.Id)] = Process.Start(new ProcessStartInfo("setsid", command))!;
    }

    private static string Text()
    {
        using var stream = typeof(SimMachines).Assembly.GetManifestResourceStream("sim-machine")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static void WriteSecret(string path, string text)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        file.Write(Encoding.UTF8.GetBytes(text));
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Any(folder => File.Exists(Path.Combine(folder, program)));
}

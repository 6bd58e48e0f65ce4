using System.Globalization;
using System.Text.RegularExpressions;
using Sky.Core;
using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Providers.Engines.Process;

/// <summary>Names of the files of one replica: <c>$SKY_HOME/replicas/&lt;service&gt;/&lt;id&gt;</c>.</summary>
internal sealed partial record ReplicaFolder(string Root)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>What to run, secrets included; mode 0600.</summary>
    public string Request => Path.Combine(Root, "request.json");

    /// <summary>Present: it is to end, or never to start.</summary>
    public string Stop => Path.Combine(Root, "stop.json");

    /// <summary>What the runner does now.</summary>
    public string Runner => Path.Combine(Root, "runner.json");

    /// <summary>Present: it ended and nothing of it is left. Written under the lock.</summary>
    public string Exit => Path.Combine(Root, "exit.json");

    /// <summary>Whether the end is on record. A damaged record is none: what is left is ended once more, and a new one written.</summary>
    public bool HasEnded => ReplicaFiles.Read<ExitRecord>(Exit) is not null;

    /// <summary>Held by the runner for its whole life.</summary>
    public string Lock => Path.Combine(Root, "replica.lock");

    public string RunnerLog => Path.Combine(Root, "runner.log");

    public string Workdir => Path.Combine(Root, "workdir");

    /// <summary>Kept so that the exit record fits on a full disk.</summary>
    public string Reserve => Path.Combine(Root, "reserve");

    public string Script(string stage) => Path.Combine(Root, $"{stage}.sh");

    /// <exception cref="EngineException">The name could leave the folder.</exception>
    public static ReplicaFolder Of(SkyHome home, ReplicaKey key) =>
        SafeName().IsMatch(key.Service.Value)
            ? new ReplicaFolder(Path.Combine(home.Replicas, key.Service.Value, key.Id.ToString()))
            : throw new EngineException(EngineFailure.Invalid, $"'{key.Service}' cannot be the name of a service");

    /// <summary>All replicas' folders of a home; what is not named like one is left alone.</summary>
    public static IEnumerable<(ReplicaKey Key, ReplicaFolder Folder)> All(SkyHome home)
    {
        if (!Directory.Exists(home.Replicas))
        {
            yield break;
        }

        foreach (var service in Directory.EnumerateDirectories(home.Replicas))
        {
            foreach (var replica in Directory.EnumerateDirectories(service))
            {
                if (int.TryParse(Path.GetFileName(replica), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                {
                    yield return (new ReplicaKey(new ServiceName(Path.GetFileName(service)), new ReplicaId(id)), new ReplicaFolder(replica));
                }
            }
        }
    }

    public void Create() => Directory.CreateDirectory(Root, OwnerOnly);

    [GeneratedRegex(@"\A[a-zA-Z][-_.a-zA-Z0-9]*\z")]
    private static partial Regex SafeName();
}

using Sky.Providers.Engines.Process;

namespace Sky.Providers.Tests.Engines.Process;

/// <summary>Folders that fill themselves with files like those of control groups version 2, as far as their parent hands its controllers down.</summary>
internal sealed class FakeControlTree : IDisposable
{
    private readonly string _mount = Directory.CreateTempSubdirectory("sky-groups-").FullName;
    private readonly string _self;

    public FakeControlTree(string own)
    {
        _self = Path.Combine(_mount, "self");
        File.WriteAllText(_self, $"0::{own}\n");
        File.WriteAllText(Path.Combine(_mount, "cgroup.controllers"), "cpu memory pids\n");
        Tree = new ControlTree(_mount, _self, Make);
    }

    public ControlTree Tree { get; }

    /// <summary>What a group there hands down; the root hands down nothing until it is told.</summary>
    public Dictionary<string, string[]> Given { get; } = [];

    /// <summary>Groups in which none can be made.</summary>
    public HashSet<string> Closed { get; } = [];

    public string PathOf(string group) => Path.Combine(_mount, group);

    public string Read(string folder, string file) => File.ReadAllText(Path.Combine(folder, file));

    public void Dispose() => Directory.Delete(_mount, recursive: true);

    /// <summary>A group that was there before us.</summary>
    public void Existing(string group, params string[] gives)
    {
        Directory.CreateDirectory(PathOf(group));
        Given[group] = gives;
    }

    private void Make(string folder)
    {
        var parent = Path.GetRelativePath(_mount, Path.GetDirectoryName(folder)!);
        if (Closed.Contains(parent))
        {
            throw new UnauthorizedAccessException();
        }

        if (Directory.Exists(folder))
        {
            return;
        }

        Directory.CreateDirectory(folder);
        var gives = Given.GetValueOrDefault(parent, []);
        Given[Path.GetRelativePath(_mount, folder)] = gives;
        string[] files =
        [
            "cgroup.procs", "cgroup.subtree_control",
            .. gives.Contains("memory") ? ["memory.max", "memory.swap.max", "memory.events"] : Array.Empty<string>(),
            .. gives.Contains("cpu") ? ["cpu.max"] : Array.Empty<string>(),
        ];
        foreach (var file in files)
        {
            File.WriteAllText(Path.Combine(folder, file), "");
        }
    }
}

using System.Globalization;

namespace Sky.Providers.Engines.Process;

/// <summary>Control groups (Linux) that hold one replica: they find its processes and bear its limits.</summary>
internal sealed record ControlGroup
{
    /// <summary>None: this machine gives us no control groups.</summary>
    public static ControlGroup None { get; } = new() { Folders = [] };

    /// <summary>One folder a hierarchy; with version 2 there is one hierarchy.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>The file that counts kills for want of memory; null without a memory limit.</summary>
    public string? MemoryEvents { get; init; }

    public bool LimitsMemory { get; init; }

    public bool LimitsCpu { get; init; }

    /// <summary>The limits that could not be set, in words; null when all were.</summary>
    public string? Notice { get; init; }

    /// <summary>The files in which a process writes its pid to enter.</summary>
    public IEnumerable<string> Doors => Folders.Select(folder => Path.Combine(folder, "cgroup.procs"));

    /// <summary>Whether the memory limit ended any of its processes.</summary>
    public bool WasOutOfMemory()
    {
        const string counter = "oom_kill ";
        var line = MemoryEvents is null ? null : TryReadLines(MemoryEvents).FirstOrDefault(line => line.StartsWith(counter, StringComparison.Ordinal));
        return line is not null && line[counter.Length..].Trim() != "0";
    }

    /// <summary>The processes in it; none when it is gone.</summary>
    public static IEnumerable<int> Processes(string folder) =>
        TryReadLines(Path.Combine(folder, "cgroup.procs")).Select(line => int.Parse(line, CultureInfo.InvariantCulture));

    /// <summary>The same with one more folder.</summary>
    public ControlGroup With(string folder) => this with { Folders = [.. Folders, folder] };

    /// <summary>Removes the groups after the end of all that was in them.</summary>
    public void Remove() => ControlTree.Remove(Folders);

    /// <summary>Removes groups that nothing has entered.</summary>
    public void RemoveUnused()
    {
        foreach (var folder in Folders)
        {
            ControlTree.TryRemove(folder);
            ControlTree.TryRemove(Path.GetDirectoryName(folder)!);
        }
    }

    private static string[] TryReadLines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

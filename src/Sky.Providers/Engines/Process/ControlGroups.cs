using System.Globalization;

namespace Sky.Providers.Engines.Process;

/// <summary>Makes control groups where this machine and our rights allow it: below our own group, or above it where only that works.</summary>
internal static class ControlGroups
{
    private const string Mount = "/sys/fs/cgroup";
    private const int CpuPeriodMicroseconds = 100_000;

    /// <summary>Never fails: what cannot be had is named in <see cref="ControlGroup.Notice"/>.</summary>
    public static ControlGroup Create(RunnerRequest request)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Describe(ControlGroup.None, request, memory: false, cpu: false);
        }

        var name = Path.Combine(request.Group, request.Name);
        return File.Exists(Path.Combine(Mount, "cgroup.controllers")) ? CreateUnified(request, name) : CreateSplit(request, name);
    }

    /// <summary>Version 2: one hierarchy. The first ancestor of ours that lets us make a group with the needed controllers is taken.</summary>
    private static ControlGroup CreateUnified(RunnerRequest request, string name)
    {
        ControlGroup? fallback = null;
        foreach (var parent in Ancestors(Mount, OwnPath("")))
        {
            var home = Path.Combine(parent, request.Group);
            if (!TryMake(home))
            {
                continue;
            }

            TryWrite(Path.Combine(parent, "cgroup.subtree_control"), "+memory +cpu");
            TryWrite(Path.Combine(home, "cgroup.subtree_control"), "+memory +cpu");
            var folder = Path.Combine(parent, name);
            if (!TryMake(folder) || !CanEnter(folder))
            {
                ControlGroup.Remove([folder]);
                continue;
            }

            var memory = request.MemoryLimit is not { } bytes || TryWrite(Path.Combine(folder, "memory.max"), Text(bytes));
            var cpu = request.CpuLimit is not { } cpus || TryWrite(Path.Combine(folder, "cpu.max"), $"{Quota(cpus)} {CpuPeriodMicroseconds}");
            TryWrite(Path.Combine(folder, "memory.swap.max"), "0");
            var made = Describe(new ControlGroup { Folders = [folder], MemoryEvents = Path.Combine(folder, "memory.events") }, request, memory, cpu);
            if (memory && cpu)
            {
                ControlGroup.Remove(fallback?.Folders ?? []);
                return made;
            }

            if (fallback is null)
            {
                fallback = made;
            }
            else
            {
                ControlGroup.Remove([folder]);
            }
        }

        return fallback ?? Describe(ControlGroup.None, request, memory: false, cpu: false);
    }

    /// <summary>Version 1: a hierarchy for each controller; that of <c>pids</c> only finds processes.</summary>
    private static ControlGroup CreateSplit(RunnerRequest request, string name)
    {
        var folders = new List<string>();
        if (MakeIn("pids", name) is { } pids)
        {
            folders.Add(pids);
        }

        string? events = null;
        var memory = false;
        if (request.MemoryLimit is { } bytes && MakeIn("memory", name) is { } memoryFolder)
        {
            folders.Add(memoryFolder);
            memory = TryWrite(Path.Combine(memoryFolder, "memory.limit_in_bytes"), Text(bytes));
            TryWrite(Path.Combine(memoryFolder, "memory.memsw.limit_in_bytes"), Text(bytes));
            events = Path.Combine(memoryFolder, "memory.oom_control");
        }

        var cpu = false;
        if (request.CpuLimit is { } cpus && MakeIn("cpu", name) is { } cpuFolder)
        {
            folders.Add(cpuFolder);
            cpu = TryWrite(Path.Combine(cpuFolder, "cpu.cfs_period_us"), Text(CpuPeriodMicroseconds))
                && TryWrite(Path.Combine(cpuFolder, "cpu.cfs_quota_us"), Text(Quota(cpus)));
        }

        return Describe(new ControlGroup { Folders = folders, MemoryEvents = events }, request, memory, cpu);
    }

    private static string? MakeIn(string controller, string name)
    {
        foreach (var parent in Ancestors(Path.Combine(Mount, controller), OwnPath(controller)))
        {
            var folder = Path.Combine(parent, name);
            if (TryMake(folder) && CanEnter(folder))
            {
                return folder;
            }
        }

        return null;
    }

    private static ControlGroup Describe(ControlGroup group, RunnerRequest request, bool memory, bool cpu)
    {
        var missing = new List<string>();
        if (request.MemoryLimit is not null && !memory)
        {
            missing.Add("memory");
        }

        if (request.CpuLimit is not null && !cpu)
        {
            missing.Add("CPU");
        }

        return missing.Count == 0
            ? group
            : group with { Notice = $"this machine cannot enforce the {string.Join(" and ", missing)} limit (control groups are not writable)" };
    }

    /// <summary>Our own group's folder and those above it, up to the mount. In a container our path may not exist below it.</summary>
    private static IEnumerable<string> Ancestors(string mount, string own)
    {
        for (var path = own.Trim('/'); path.Length > 0; path = Path.GetDirectoryName(path) ?? "")
        {
            if (Directory.Exists(Path.Combine(mount, path)))
            {
                yield return Path.Combine(mount, path);
            }
        }

        if (Directory.Exists(mount))
        {
            yield return mount;
        }
    }

    /// <summary>Our group in the hierarchy of a controller; of version 2 for the empty name.</summary>
    private static string OwnPath(string controller)
    {
        foreach (var line in File.ReadLines("/proc/self/cgroup"))
        {
            var parts = line.Split(':', 3);
            if (parts.Length == 3 && parts[1].Split(',').Contains(controller))
            {
                return parts[2];
            }
        }

        return "/";
    }

    private static bool TryMake(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool CanEnter(string folder)
    {
        try
        {
            using var door = new FileStream(Path.Combine(folder, "cgroup.procs"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool TryWrite(string path, string text)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(text));
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long Quota(double cpus) => Math.Max(1000, (long)(cpus * CpuPeriodMicroseconds));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

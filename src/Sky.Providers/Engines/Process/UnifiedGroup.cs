namespace Sky.Providers.Engines.Process;

/// <summary>
/// Control groups version 2: one hierarchy. A group with processes of its own gives no controllers to groups below it, so our own group
/// often cannot bear limits and one above it may: the first that bears all wanted limits is taken, else the one that bears the most.
/// </summary>
internal static class UnifiedGroup
{
    public static ControlGroup Create(RunnerRequest request, ControlTree tree)
    {
        var best = ControlGroup.None;
        foreach (var parent in tree.Ancestors(""))
        {
            if (TryCreate(parent, request, tree) is not { } made)
            {
                continue;
            }

            var (better, worse) = best.Folders.Count == 0 || Count(made) > Count(best) ? (made, best) : (best, made);
            worse.RemoveUnused();
            best = better;
            if (Bears(best, request))
            {
                break;
            }
        }

        return best;
    }

    private static ControlGroup? TryCreate(string parent, RunnerRequest request, ControlTree tree)
    {
        var home = Path.Combine(parent, request.Group);
        var folder = Path.Combine(home, request.Name);
        if (!tree.TryMake(parent, request.Group))
        {
            return null;
        }

        Delegate(parent, request);
        Delegate(home, request);
        var group = new ControlGroup { Folders = [folder], MemoryEvents = Path.Combine(folder, "memory.events") };
        if (!tree.TryMake(parent, request.Group, request.Name) || !ControlTree.CanEnter(folder))
        {
            group.RemoveUnused();
            return null;
        }

        var memory = request.MemoryLimit is { } bytes && ControlTree.TryWrite(Path.Combine(folder, "memory.max"), ControlGroups.Text(bytes));
        if (memory)
        {
            ControlTree.TryWrite(Path.Combine(folder, "memory.swap.max"), "0");
        }

        var cpu = request.CpuLimit is { } cpus
            && ControlTree.TryWrite(Path.Combine(folder, "cpu.max"), $"{ControlGroups.Quota(cpus)} {ControlGroups.CpuPeriodMicroseconds}");
        return group with { LimitsMemory = memory, LimitsCpu = cpu };
    }

    /// <summary>One at a time: a user's session often has the memory controller and not that of the CPU, and a write is refused as a whole.</summary>
    private static void Delegate(string folder, RunnerRequest request)
    {
        var control = Path.Combine(folder, "cgroup.subtree_control");
        if (request.MemoryLimit is not null)
        {
            ControlTree.TryWrite(control, "+memory");
        }

        if (request.CpuLimit is not null)
        {
            ControlTree.TryWrite(control, "+cpu");
        }
    }

    private static bool Bears(ControlGroup group, RunnerRequest request) =>
        (request.MemoryLimit is null || group.LimitsMemory) && (request.CpuLimit is null || group.LimitsCpu);

    private static int Count(ControlGroup group) => (group.LimitsMemory ? 1 : 0) + (group.LimitsCpu ? 1 : 0);
}

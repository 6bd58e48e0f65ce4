namespace Sky.Providers.Engines.Process;

/// <summary>Control groups version 1: a hierarchy for each controller. That of <c>pids</c> only finds processes.</summary>
internal static class SplitGroup
{
    public static ControlGroup Create(RunnerRequest request, ControlTree tree)
    {
        var group = ControlGroup.None;
        if (TryMake("pids", request, tree) is { } pids)
        {
            group = group.With(pids);
        }

        if (request.MemoryLimit is { } bytes && TryMake("memory", request, tree) is { } memory)
        {
            group = group.With(memory) with
            {
                LimitsMemory = ControlTree.TryWrite(Path.Combine(memory, "memory.limit_in_bytes"), ControlGroups.Text(bytes)),
                MemoryEvents = Path.Combine(memory, "memory.oom_control"),
            };

            // Memory and swap together; only where the kernel counts swap.
            ControlTree.TryWrite(Path.Combine(memory, "memory.memsw.limit_in_bytes"), ControlGroups.Text(bytes));
        }

        if (request.CpuLimit is { } cpus && TryMake("cpu", request, tree) is { } cpu)
        {
            group = group.With(cpu) with
            {
                LimitsCpu = ControlTree.TryWrite(Path.Combine(cpu, "cpu.cfs_period_us"), ControlGroups.Text(ControlGroups.CpuPeriodMicroseconds))
                    && ControlTree.TryWrite(Path.Combine(cpu, "cpu.cfs_quota_us"), ControlGroups.Text(ControlGroups.Quota(cpus))),
            };
        }

        return group;
    }

    private static string? TryMake(string controller, RunnerRequest request, ControlTree tree)
    {
        foreach (var parent in tree.Ancestors(controller))
        {
            var folder = Path.Combine(parent, request.Group, request.Name);
            if (tree.TryMake(parent, request.Group, request.Name) && ControlTree.CanEnter(folder))
            {
                return folder;
            }

            ControlTree.TryRemove(folder);
            ControlTree.TryRemove(Path.GetDirectoryName(folder)!);
        }

        return null;
    }
}

using System.Globalization;

namespace Sky.Providers.Engines.Process;

/// <summary>Makes control groups where this machine and our rights allow it: below our own group, or above it where only that works.</summary>
internal static class ControlGroups
{
    public const int CpuPeriodMicroseconds = 100_000;

    /// <summary>Never fails: what cannot be had is named in <see cref="ControlGroup.Notice"/>.</summary>
    public static ControlGroup Create(RunnerRequest request, ControlTree tree)
    {
        var group = !OperatingSystem.IsLinux() ? ControlGroup.None
            : tree.IsUnified ? UnifiedGroup.Create(request, tree)
            : SplitGroup.Create(request, tree);
        var missing = new List<string>();
        if (request.MemoryLimit is not null && !group.LimitsMemory)
        {
            missing.Add("memory");
        }

        if (request.CpuLimit is not null && !group.LimitsCpu)
        {
            missing.Add("CPU");
        }

        return missing.Count == 0
            ? group
            : group with { Notice = $"this machine cannot enforce the {string.Join(" and ", missing)} limit (control groups are not writable)" };
    }

    /// <summary>Microseconds of CPU time in each period. The kernel takes no less than a millisecond.</summary>
    public static long Quota(double cpus) => Math.Max(1000, (long)(cpus * CpuPeriodMicroseconds));

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using Sky.Cli.Terminal;
using Sky.Core.Services;

namespace Sky.Cli.Serve;

/// <summary>What <c>status -v</c> says below its tables: why replicas are as they are, and how they ended.</summary>
internal static class StatusDetails
{
    /// <param name="services">All of them.</param>
    /// <param name="now">The time ages are counted to.</param>
    /// <param name="program">How the user calls sky.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<ServiceView> services, DateTimeOffset now, string program)
    {
        foreach (var service in services)
        {
            var lines = Of(service, now, program).ToList();
            if (lines.Count == 0)
            {
                continue;
            }

            yield return "";
            yield return $"Details of {service.Name}";
            foreach (var line in lines)
            {
                yield return line;
            }
        }
    }

    /// <summary>One sentence on an end, such as <c>run was killed by SIGKILL</c>.</summary>
    public static string Ending(ReplicaExit exit)
    {
        var stage = exit.Stage ?? "it";
        var memory = exit.OutOfMemory ? " (out of memory)" : "";
        return exit switch
        {
            { Signal: { } signal } => $"{stage} was killed by {signal}{memory}",
            { Code: { } code } => $"{stage} exited with code {code}{memory}",
            _ => $"{stage} ended, how is not known{memory}",
        };
    }

    private static IEnumerable<string> Of(ServiceView service, DateTimeOffset now, string program)
    {
        if (service.PinnedReplicas is { } pinned)
        {
            yield return $"  Pinned to {ReplicaCount.Text(pinned)} ({program} serve scale {service.Name} auto lets the policy decide again)";
        }

        if (service.CutRequests > 0)
        {
            yield return $"  Requests cut when draining ran out of time: {service.CutRequests}";
        }

        foreach (var replica in service.Replicas)
        {
            if (replica.InFlight > 0)
            {
                var limit = replica.DrainUntil is { } until ? $", which may finish for {Durations.Exact((long)(until - now).TotalSeconds)}" : "";
                yield return $"  Replica {replica.Id}: {replica.InFlight} requests in flight{limit}";
            }

            foreach (var line in OfReplica(replica, now))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> OfReplica(ReplicaView replica, DateTimeOffset now)
    {
        if ((replica.Reason ?? (replica.Exit is { } how ? Ending(how) : null)) is not { } why)
        {
            yield break;
        }

        var end = replica.Exit is { } exit
            ? $" (exit code {exit.Code?.ToString(CultureInfo.InvariantCulture) ?? "-"}, signal {exit.Signal ?? "-"})" + (exit.At is null ? "" : $", {Durations.Ago(exit.At, now)}")
            : "";
        yield return $"  Replica {replica.Id} {StatusWords.Of(replica.Status)}: {why}{end}";
        foreach (var line in replica.Exit?.LastLogLines ?? [])
        {
            yield return $"    | {line}";
        }
    }
}

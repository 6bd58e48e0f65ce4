namespace Sky.Providers.Engines.Process;

/// <summary>
/// Everything a replica started, wherever it went: in its control groups, its sessions, below its runner (orphans are adopted), or bearing
/// its token. On macOS only its process groups are known.
/// </summary>
/// <param name="token">The replica's.</param>
/// <param name="leaders">The first process of each stage.</param>
/// <param name="groups">Its control groups.</param>
/// <param name="ancestor">The runner when it is ourselves; null when it is gone.</param>
internal sealed class Leftovers(string token, IReadOnlyList<SessionLeader> leaders, IReadOnlyList<string> groups, int? ancestor)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>The living ones.</summary>
    public IReadOnlyCollection<int> Find()
    {
        var found = new HashSet<int>(groups.SelectMany(ControlGroup.Processes));
        var rows = ProcessTable.All().ToList();
        found.IntersectWith(rows.Select(row => row.Pid));
        var known = rows.ToDictionary(row => row.Pid);
        foreach (var row in rows)
        {
            if (InSession(row, known) || IsBelowAncestor(row, known) || ProcessTable.HasVariable(row.Pid, ReplicaEnvironment.TokenName, token))
            {
                found.Add(row.Pid);
            }
        }

        found.Remove(Environment.ProcessId);
        return found;
    }

    /// <summary>Whether anything of it lives.</summary>
    public bool Any() => Find().Count > 0 || (OperatingSystem.IsMacOS() && leaders.Any(leader => LibC.Send(-leader.Pid, 0) == 0));

    /// <summary>Sends a signal to all of it.</summary>
    public void Send(int signal)
    {
        if (OperatingSystem.IsMacOS())
        {
            foreach (var leader in leaders)
            {
                _ = LibC.Send(-leader.Pid, signal);
            }
        }

        foreach (var pid in Find())
        {
            _ = LibC.Send(pid, signal);
        }
    }

    /// <summary>Ends all of it at once, also what is being forked meanwhile. False when something is left after the limit.</summary>
    public bool Kill(TimeSpan limit, Action reap)
    {
        for (var waited = TimeSpan.Zero; waited < limit; waited += Pause)
        {
            Send(LibC.Kill);
            reap();
            if (!Any())
            {
                return true;
            }

            Thread.Sleep(Pause);
        }

        return false;
    }

    private bool InSession(ProcessRow row, Dictionary<int, ProcessRow> known)
    {
        foreach (var leader in leaders)
        {
            // The number of a session may be given again once all of the session is gone: then its leader is another process.
            if (row.Session == leader.Pid && (!known.TryGetValue(leader.Pid, out var now) || now.StartTicks == leader.StartTicks))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsBelowAncestor(ProcessRow row, Dictionary<int, ProcessRow> known)
    {
        if (ancestor is null)
        {
            return false;
        }

        var parent = row.Parent;
        for (var depth = 0; depth < known.Count && parent > 1; depth++)
        {
            if (parent == ancestor)
            {
                return true;
            }

            parent = known.TryGetValue(parent, out var next) ? next.Parent : 0;
        }

        return false;
    }
}

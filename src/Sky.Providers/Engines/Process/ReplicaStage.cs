using Sky.Core.Processes;

namespace Sky.Providers.Engines.Process;

/// <summary>Starts <c>setup</c> or <c>run</c>.</summary>
internal static class ReplicaStage
{
    public const string Setup = "setup";
    public const string Run = "run";

    /// <summary>Enters the workdir ($1) and the control groups ($3…), so that nothing runs outside of them, and becomes the script ($2).</summary>
    private const string Entry =
        """cd "$1" || exit 126; script=$2; shift 2; for door; do echo $$ > "$door"; done 2>/dev/null; exec "$BASH" "$script" """;

    /// <summary>The script's process: it leads a session and a group of its own.</summary>
    public static SessionLeader Start(ReplicaFolder folder, string stage, string script, RunnerRequest request, ControlGroup group, OutputPump output)
    {
        var path = folder.Script(stage);
        AtomicFile.Write(path, script.EndsWith('\n') ? script : script + "\n", durable: false);
        string[] arguments = ["-c", Entry, "sky", folder.Workdir, path, .. group.Doors];
        var pid = DetachedProcess.Start("bash", arguments, new ChildOutput.Descriptor(output.Descriptor), request.Environment).Pid;
        output.Begin();
        return new SessionLeader(pid, ProcessTable.Find(pid)?.StartTicks ?? 0);
    }
}

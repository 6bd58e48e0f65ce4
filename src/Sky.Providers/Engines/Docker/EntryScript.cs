namespace Sky.Providers.Engines.Docker;

/// <summary>What a container with scripts of ours begins with. It needs a POSIX shell and nothing else.</summary>
internal static class EntryScript
{
    /// <summary>Where the replica's volume is.</summary>
    public const string Folder = "/sky";

    public const string Workdir = Folder + "/workdir";

    /// <summary>Exists once <c>setup</c> has succeeded; its time is when <c>run</c> began.</summary>
    public const string StageMark = Folder + "/stage/run";

    public const string Setup = "setup.sh";

    public const string Run = "run.sh";

    /// <summary>
    /// setup, then run, else the image's own command, which is given as arguments. In bash where the image has it. A signal meanwhile reaches
    /// setup by itself, for the group gets it; then nothing else is begun.
    /// </summary>
    public const string Text =
        """
        shell=sh
        command -v bash >/dev/null 2>&1 && shell=bash
        if [ -f /sky/setup.sh ]; then
            stopped=
            trap 'stopped=1' TERM INT
            $shell /sky/setup.sh &
            wait $!
            code=$?
            while kill -0 $! 2>/dev/null; do
                wait $!
                code=$?
            done
            [ -z "$stopped" ] || [ $code -ne 0 ] || code=143
            [ $code -eq 0 ] || exit $code
            trap - TERM INT
            : >/sky/stage/run
        fi
        [ ! -f /sky/run.sh ] || exec $shell /sky/run.sh
        exec "$@"
        """;
}

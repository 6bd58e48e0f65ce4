namespace Sky.Providers.Engines.Docker;

/// <summary>What a container with scripts of ours begins with. It needs a POSIX shell and nothing else.</summary>
internal static class EntryScript
{
    /// <summary>Where the replica's volume is.</summary>
    public const string Folder = "/sky";

    public const string Workdir = Folder + "/workdir";

    /// <summary>Exists once <c>setup</c> has succeeded; its time is when <c>run</c> began.</summary>
    public const string StageMark = Folder + "/stage/run";

    /// <summary>The helper's name in <see cref="Folder"/>.</summary>
    public const string HelperName = "entry";

    public const string Helper = Folder + "/" + HelperName;

    /// <summary>To go before <see cref="Text"/>: reads what the helper would read (see <c>entry.c</c>), with what every shell has built in.</summary>
    public const string SecretsOfInput =
        """
        sky_all=
        while IFS= read -r sky_line; do
            [ "$sky_line" != . ] || { sky_all=1; break; }
            sky_value=$(printf '%b.' "${sky_line#*=}")
            export "${sky_line%%=*}=${sky_value%.}"
        done
        [ -n "$sky_all" ] || { echo 'sky: the secrets did not come: whoever was to hand them over ended first' >&2; exit 125; }
        unset sky_all sky_line sky_value
        exec </dev/null

        """;

    /// <summary>The same from files, each named like its variable.</summary>
    public const string SecretsOfFolder =
        """
        for sky_file in /run/secrets/*; do
            sky_value=
            while IFS= read -r sky_line; do
                sky_value="$sky_value$sky_line
        "
            done <"$sky_file" || exit 125
            export "${sky_file##*/}=$sky_value$sky_line"
        done
        unset sky_file sky_line sky_value

        """;

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

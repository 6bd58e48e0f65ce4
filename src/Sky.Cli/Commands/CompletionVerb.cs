using System.CommandLine;

namespace Sky.Cli.Commands;

/// <summary><c>sky completion bash|zsh|fish</c></summary>
internal static class CompletionVerb
{
    private const string Bash = """
        _sky() {
            local IFS=$'\n' typed="${COMP_WORDS[0]}"
            local line="sky${COMP_LINE:${#typed}}" point=$((COMP_POINT - ${#typed} + 3))
            COMPREPLY=($(compgen -W "$("${typed/#\~/$HOME}" "[suggest:${point}]" "${line}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _sky sky ./sky
        """;

    private const string Zsh = """
        #compdef sky
        _sky() {
            local -a words_found
            local line="sky ${(j: :)words[2,CURRENT]}"
            words_found=("${(@f)$(${~words[1]} "[suggest:${#line}]" "${line}" 2>/dev/null)}")
            if (( ${#words_found} )) && [[ -n "${words_found[1]}" ]]; then
                compadd -- "${words_found[@]}"
            else
                _files
            fi
        }
        compdef _sky sky
        """;

    private const string Fish = """
        function __sky_suggest
            set -l typed (commandline -cp)
            set -l words (commandline -opc)
            set -l line "sky"(string sub -s (math (string length -- "$words[1]") + 1) -- "$typed")
            eval $words[1] '"[suggest:'(string length -- "$line")']"' '"$line"' 2>/dev/null
        end
        complete -c sky -a '(__sky_suggest)'
        """;

    public static Command Build(CliContext context)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new SkyCommand("completion", "Print a script that completes sky's commands in your shell.")
        {
            Arguments = { shell },
            Examples =
            [
                ("source <(sky completion bash)", "bash; put it in ~/.bashrc"),
                ("source <(sky completion zsh)", "zsh; put it in ~/.zshrc after compinit"),
                ("sky completion fish | source", "fish; put it in ~/.config/fish/config.fish"),
            ],
        };
        command.SetAction(parsed => context.Screen.Line(parsed.GetRequiredValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        }));
        return command;
    }
}

using System.Diagnostics;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>The completion scripts in the shells they are for, with the real program.</summary>
public sealed class CompletionTests
{
    private const string Bash = """
        source <(sky completion bash)
        complete_line() {
            COMP_LINE=$1 COMP_POINT=${#1}
            read -ra COMP_WORDS <<<"$1"
            [[ $1 != *' ' ]] || COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _sky
            printf '%s\n' "${COMPREPLY[@]}"
        }
        """;

    private const string Zsh = """
        autoload -U compinit && compinit -D -u
        source <(sky completion zsh)
        compadd() { shift; print -l -- "$@"; }
        _files() { print files; }
        complete_line() {
            words=(${=1})
            [[ $1 != *' ' ]] || words+=('')
            CURRENT=${#words}
            _sky
        }
        """;

    private const string Fish = """
        sky completion fish | source
        function complete_line
            complete -C $argv[1]
        end
        """;

    public static TheoryData<string, string> Shells => new() { { "bash", Bash }, { "zsh", Zsh }, { "fish", Fish } };

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Verbs_options_and_names_of_services_are_completed(string shell, string script)
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("chatty/sky-serve.yaml", TestService.Yaml(replicas: 0)), "-y");

        Assert.Contains("rollback", await CompleteAsync(sky, shell, script, "sky serve rollb"));
        Assert.Contains("--watch", await CompleteAsync(sky, shell, script, "sky serve status --w"));
        Assert.Contains("chatty", await CompleteAsync(sky, shell, script, "sky serve down cha"));
        Assert.Contains("chatty", await CompleteAsync(sky, shell, script, "sky serve history "));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Without_a_controller_nothing_is_started_and_nothing_is_said(string shell, string script)
    {
        await using var sky = new SkyMachine();

        Assert.DoesNotContain("Error", string.Join('\n', await CompleteAsync(sky, shell, script, "sky serve history x")));

        Assert.Null(sky.ControllerPid);
        Assert.Empty(Directory.GetFiles(sky.Home, "state.db*"));
    }

    [Theory]
    [InlineData("bash", Bash)]
    [InlineData("fish", Fish)]
    public async Task The_launcher_in_this_folder_is_completed_too(string shell, string script)
    {
        await using var sky = new SkyMachine();
        var here = $"cd {Path.GetDirectoryName(SkyProgram.Path)}\n{script}";

        Assert.Contains("rollback", await CompleteAsync(sky, shell, here, "./sky serve rollb"));
    }

    private static async Task<IReadOnlyList<string>> CompleteAsync(SkyMachine sky, string shell, string script, string line)
    {
        var start = new ProcessStartInfo(shell) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = sky.Files };
        var plain = shell switch { "bash" => "--norc", "zsh" => "-f", _ => "--no-config" };
        foreach (var argument in (string[])[plain, "-c", $"{script}\ncomplete_line '{line}'"])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in sky.Environment)
        {
            start.Environment[key] = value;
        }

        start.Environment["HOME"] = sky.Files;
        start.Environment["PATH"] = $"{Path.GetDirectoryName(SkyProgram.Path)}:{Environment.GetEnvironmentVariable("PATH")}";
        Assert.SkipUnless(start.Environment["PATH"]!.Split(':').Any(folder => File.Exists(Path.Combine(folder, shell))), $"{shell} is not installed");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("", await error);

        // fish adds the description after a tab.
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Split('\t')[0].Trim())];
    }
}

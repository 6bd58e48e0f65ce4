using System.CommandLine;
using Sky.Cli.Commands;
using Sky.Cli.Hosting;

namespace Sky.Cli.Controller;

/// <summary><c>sky controller install</c></summary>
internal static class InstallControllerVerb
{
    public static Command Build(CliContext context)
    {
        var print = new Option<bool>("--print") { Description = "Print the unit and write nothing." };
        var command = new SkyCommand("install", "Write a systemd unit (Linux) or a launchd job (macOS) that keeps the controller running.")
        {
            Options = { print },
            Examples = [("sky controller install --print", "see it first"), ("sky controller install", "write it, and say how to switch it on")],
        };
        SettingOptions.Add(command, SettingOptions.Controller);
        command.SetAction(parsed =>
        {
            var settings = SettingOptions.Read(context, parsed);
            ListenCheck.Both(settings);
            var unit = ServiceUnit.Of(context, settings);
            if (parsed.GetValue(print))
            {
                context.Screen.Out.Write(unit.Text);
                return ExitCode.Done;
            }

            Write(context, unit);
            return ExitCode.Done;
        });
        return command;
    }

    internal static void Write(CliContext context, ServiceUnit unit)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(unit.Path)!);
        File.WriteAllText(unit.Path, unit.Text);
        context.Screen.Line($"Wrote {unit.Path}. Switch it on with: {unit.SwitchOn}");
    }
}

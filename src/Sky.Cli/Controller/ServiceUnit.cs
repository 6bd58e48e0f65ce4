using System.Security;
using System.Text;
using Sky.Cli.Hosting;

namespace Sky.Cli.Controller;

/// <summary>A file for the system's service manager.</summary>
/// <param name="Path">Where it belongs.</param>
/// <param name="Text">What is in it.</param>
/// <param name="SwitchOn">The command that makes it count.</param>
internal sealed record ServiceUnit(string Path, string Text, string SwitchOn)
{
    private const string Label = "dev.skyswarm.controller";

    public static ServiceUnit Of(CliContext context, Settings settings) =>
        OperatingSystem.IsMacOS() ? Launchd(context, settings) : Systemd(context, settings, Environment.IsPrivilegedProcess);

    /// <summary>Only the controller itself is ended with the unit: runners and the gateway belong to the replicas.</summary>
    internal static ServiceUnit Systemd(CliContext context, Settings settings, bool system)
    {
        var text = new StringBuilder()
            .Append("[Unit]\nDescription=Skyswarm controller\nAfter=network.target\n\n[Service]\n")
            .Append("ExecStart=").AppendJoin(' ', Command(context).Select(Quoted)).Append('\n');
        foreach (var (name, value) in settings.ToVariables().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append("Environment=").Append(Quoted($"{name}={value}")).Append('\n');
        }

        text.Append("KillMode=process\nRestart=always\nRestartSec=1\n\n[Install]\nWantedBy=")
            .Append(system ? "multi-user.target" : "default.target").Append('\n');
        var folder = system ? "/etc/systemd/system" : System.IO.Path.Combine(ConfigHome(context), "systemd", "user");
        var user = system ? "" : "--user ";
        return new ServiceUnit(
            System.IO.Path.Combine(folder, "skyswarm.service"),
            text.ToString(),
            $"systemctl {user}daemon-reload && systemctl {user}enable --now skyswarm");
    }

    internal static ServiceUnit Launchd(CliContext context, Settings settings)
    {
        var text = new StringBuilder()
            .Append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
            .Append("<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n")
            .Append("<plist version=\"1.0\">\n<dict>\n")
            .Append("  <key>Label</key><string>").Append(Label).Append("</string>\n  <key>ProgramArguments</key>\n  <array>\n");
        foreach (var part in Command(context))
        {
            text.Append("    <string>").Append(SecurityElement.Escape(part)).Append("</string>\n");
        }

        text.Append("  </array>\n  <key>EnvironmentVariables</key>\n  <dict>\n");
        foreach (var (name, value) in settings.ToVariables().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append("    <key>").Append(name).Append("</key><string>").Append(SecurityElement.Escape(value)).Append("</string>\n");
        }

        text.Append("  </dict>\n  <key>RunAtLoad</key><true/>\n  <key>KeepAlive</key><true/>\n  <key>AbandonProcessGroup</key><true/>\n")
            .Append("  <key>StandardErrorPath</key><string>").Append(SecurityElement.Escape(settings.Home.ControllerLog)).Append("</string>\n")
            .Append("</dict>\n</plist>\n");
        var path = System.IO.Path.Combine(context.Variable("HOME") ?? "/", "Library", "LaunchAgents", Label + ".plist");
        return new ServiceUnit(path, text.ToString(), $"launchctl bootstrap gui/$(id -u) {path}");
    }

    // The launcher outlives the build that runs now.
    private static IEnumerable<string> Command(CliContext context) =>
        [.. context.Variable("SKY_LAUNCHER") is { } launcher ? [System.IO.Path.GetFullPath(launcher, context.CurrentDirectory)] : context.Self, "controller", "run"];

    private static string ConfigHome(CliContext context) =>
        context.Variable("XDG_CONFIG_HOME") ?? System.IO.Path.Combine(context.Variable("HOME") ?? "/", ".config");

    // A percent sign begins a specifier of systemd, a dollar sign a variable.
    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal)}\"";
}

using System.Diagnostics;
using System.Xml;
using System.Xml.Linq;
using Sky.Cli;
using Sky.Cli.Controller;
using Sky.Cli.Hosting;
using Sky.Cli.Terminal;

namespace Sky.SystemTests.Cli;

/// <summary>The files that <c>sky controller install</c> writes for the system's service manager.</summary>
public sealed class InstallTests : IDisposable
{
    // Signs that systemd and XML each read in their own way.
    private const string Odd = "a b&<c>%d\"e'f";

    private readonly string _home = Directory.CreateTempSubdirectory("sky-install-").FullName;
    private readonly StringWriter _output = new();

    public void Dispose()
    {
        _output.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [Theory]
    [InlineData(false, ".config")]
    [InlineData(true, "own/config")]
    public void A_unit_of_the_user_is_written_below_the_users_configuration_with_the_way_to_switch_it_on(bool xdg, string folder)
    {
        var context = Context(xdg ? ("XDG_CONFIG_HOME", Path.Combine(_home, "own/config")) : ("UNUSED", ""));
        var unit = ServiceUnit.Systemd(context, Settings.Read(context, _ => null), system: false);

        InstallControllerVerb.Write(context, unit);

        var path = Path.Combine(_home, folder, "systemd/user/skyswarm.service");
        Assert.Equal(unit.Text, File.ReadAllText(path));
        Assert.Contains("WantedBy=default.target", unit.Text);
        Assert.Equal($"Wrote {path}. Switch it on with: systemctl --user daemon-reload && systemctl --user enable --now skyswarm\n", _output.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_unit_of_the_system_belongs_where_the_system_looks()
    {
        var unit = ServiceUnit.Systemd(Context(), Settings.Read(Context(), _ => null), system: true);

        Assert.Equal("/etc/systemd/system/skyswarm.service", unit.Path);
        Assert.Contains("WantedBy=multi-user.target", unit.Text);
        Assert.Equal("systemctl daemon-reload && systemctl enable --now skyswarm", unit.SwitchOn);
    }

    [Fact]
    public void Systemd_understands_the_unit_whatever_signs_its_paths_have()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not here");
        var context = Context(("SKY_HOME", Path.Combine(_home, Odd)));
        var unit = ServiceUnit.Systemd(context, Settings.Read(context, _ => null), system: true);
        var path = Path.Combine(_home, "skyswarm.service");
        File.WriteAllText(path, unit.Text);

        using var verify = Process.Start(new ProcessStartInfo("/usr/bin/systemd-analyze", ["verify", path]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = verify.StandardOutput.ReadToEnd() + verify.StandardError.ReadToEnd();
        verify.WaitForExit();

        // What it says of other units of this machine does not count.
        Assert.DoesNotContain(said.Split('\n'), line => line.Contains("skyswarm", StringComparison.Ordinal));
    }

    [Fact]
    public void A_job_of_launchd_is_well_formed_and_has_what_the_unit_has()
    {
        var context = Context(("SKY_HOME", Path.Combine(_home, Odd)));
        var settings = Settings.Read(context, _ => null);
        var unit = ServiceUnit.Launchd(context, settings);

        using var reader = XmlReader.Create(new StringReader(unit.Text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        var job = Pairs(XDocument.Load(reader).Root!.Element("dict")!);

        Assert.Equal(Path.Combine(_home, "Library/LaunchAgents/dev.skyswarm.controller.plist"), unit.Path);
        Assert.Equal("dev.skyswarm.controller", job["Label"].Value);
        Assert.Equal(["/bin/false", "controller", "run"], job["ProgramArguments"].Elements().Select(part => part.Value));
        Assert.Equal(settings.ToVariables(), Pairs(job["EnvironmentVariables"]).ToDictionary(pair => pair.Key, pair => pair.Value.Value));
        Assert.Contains(Odd, job["StandardErrorPath"].Value);
        Assert.All(["RunAtLoad", "KeepAlive", "AbandonProcessGroup"], (string key) => Assert.Equal("true", job[key].Name.LocalName));
        Assert.Equal($"launchctl bootstrap gui/$(id -u) {unit.Path}", unit.SwitchOn);
    }

    /// <summary>A <c>dict</c> of a property list is a row of keys, each before its value.</summary>
    private static Dictionary<string, XElement> Pairs(XElement dict) => dict.Elements().Chunk(2).ToDictionary(
        pair =>
        {
            Assert.Equal("key", pair[0].Name.LocalName);
            return pair[0].Value;
        },
        pair => pair[1]);

    private CliContext Context(params (string Name, string Value)[] variables) => new()
    {
        Screen = new Screen(_output, TextWriter.Null, TextReader.Null),
        Environment = variables.Append(("HOME", _home)).ToDictionary(pair => pair.Item1, pair => pair.Item2),
        CurrentDirectory = "/",
        Self = ["/bin/false"],
        Interrupts = new Interrupts(),
    };
}

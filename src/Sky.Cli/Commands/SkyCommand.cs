using System.CommandLine;

namespace Sky.Cli.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class SkyCommand(string name, string description) : Command(name, description)
{
    /// <summary>Command lines with a word on what they do, the command line first.</summary>
    public IReadOnlyList<(string Line, string Meaning)> Examples { get; init; } = [];
}

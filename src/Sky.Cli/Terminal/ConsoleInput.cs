namespace Sky.Cli.Terminal;

/// <summary>Standard input, opened only when something is asked.</summary>
internal sealed class ConsoleInput : TextReader
{
    public override string? ReadLine() => Console.In.ReadLine();
}

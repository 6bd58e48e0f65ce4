using System.Text;

namespace Sky.Cli.Terminal;

/// <summary>All that a command shows and asks.</summary>
internal sealed class Screen(TextWriter output, TextWriter error, TextReader input)
{
    public TextWriter Out { get; } = output;

    public TextWriter Err { get; } = error;

    /// <summary>Standard output is a terminal: status words are coloured, a table may be drawn anew.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Standard error is a terminal: progress is drawn in place.</summary>
    public bool ErrIsTerminal { get; init; }

    public bool InIsTerminal { get; init; }

    /// <summary>False with <c>NO_COLOR</c> set, or <c>TERM=dumb</c>.</summary>
    public bool ColorAllowed { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public Func<int> Width { get; init; } = () => 120;

    public static Screen OfThisProcess(IReadOnlyDictionary<string, string> environment)
    {
        var noColor = environment.TryGetValue("NO_COLOR", out var value) && value.Length > 0;
        return new Screen(Writer(Console.OpenStandardOutput()), Writer(Console.OpenStandardError()), new ConsoleInput())
        {
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrIsTerminal = !Console.IsErrorRedirected,
            InIsTerminal = !Console.IsInputRedirected,
            ColorAllowed = !noColor && environment.GetValueOrDefault("TERM") != "dumb",
            Width = () => Console.IsOutputRedirected && Console.IsErrorRedirected ? 120 : Math.Max(40, Console.WindowWidth),
        };
    }

    public void Line(string text = "") => Out.WriteLine(text);

    /// <summary>To standard error, as it is.</summary>
    public void ErrorLine(string text)
    {
        Out.Flush();
        Err.WriteLine(text);
        Err.Flush();
    }

    public void Error(string message) => ErrorLine(Paint(Colors.Red, "Error:", ErrIsTerminal) + " " + message);

    public void Warn(string message) => ErrorLine(Paint(Colors.Yellow, "Warning:", ErrIsTerminal) + " " + message);

    public string Paint(string color, string text) => Paint(color, text, OutIsTerminal);

    /// <summary>Asks; Enter alone means yes. Without a terminal to ask it is an error that says to pass <c>-y</c>.</summary>
    public bool Confirm(string question, bool assumeYes)
    {
        if (assumeYes)
        {
            return true;
        }

        if (!InIsTerminal)
        {
            throw CliException.InputWrong($"{question} There is no terminal to ask: pass -y to answer yes. Nothing was done.");
        }

        while (true)
        {
            Out.Write($"{question} [Y/n]: ");
            Out.Flush();
            switch (input.ReadLine()?.Trim().ToLowerInvariant())
            {
                case "" or "y" or "yes":
                    return true;
                case "n" or "no" or null:
                    ErrorLine("Aborted.");
                    return false;
            }
        }
    }

    public void Flush()
    {
        Out.Flush();
        Err.Flush();
    }

    private string Paint(string color, string text, bool terminal) => terminal && ColorAllowed ? $"{color}{text}{Colors.Reset}" : text;

    private static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(false), 4096);
}

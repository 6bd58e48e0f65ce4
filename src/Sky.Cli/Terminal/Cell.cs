namespace Sky.Cli.Terminal;

/// <summary>One cell of a table.</summary>
/// <param name="Text">What is read.</param>
/// <param name="Color">Null: none.</param>
internal readonly record struct Cell(string Text, string? Color = null)
{
    public static implicit operator Cell(string? text) => new(text ?? "-");
}

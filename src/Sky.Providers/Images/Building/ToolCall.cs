namespace Sky.Providers.Images.Building;

/// <summary>One run of a program of the user's.</summary>
/// <param name="Program">Its name on the PATH.</param>
internal sealed record ToolCall(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Written to its standard input; null: that is empty.</summary>
    public string? Input { get; init; }

    /// <summary>Variables beyond those of this process.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it runs; null: where this process does.</summary>
    public string? Folder { get; init; }

    /// <summary>Told each line as it comes, of both outputs; null: nobody is.</summary>
    public Action<string>? Progress { get; init; }
}

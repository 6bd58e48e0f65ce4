namespace LlmSim.Requests;

/// <summary>A chat or completion request, read and checked.</summary>
internal sealed record GenerationRequest
{
    public required bool Chat { get; init; }

    public required string Model { get; init; }

    /// <summary>One for a chat; one per prompt of a completion. In tokens.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Prompts { get; init; }

    /// <summary>Completion tokens at most, of each choice; null: none asked for.</summary>
    public int? MaxTokens { get; init; }

    public bool Stream { get; init; }

    public bool IncludeUsage { get; init; }

    /// <summary>The usage so far in every chunk (<c>stream_options.continuous_usage_stats</c>, beside <see cref="IncludeUsage"/>).</summary>
    public bool ContinuousUsage { get; init; }

    /// <summary>Choices per prompt.</summary>
    public int Choices { get; init; } = 1;

    public IReadOnlyList<string> Stops { get; init; } = [];

    public int? Seed { get; init; }

    /// <summary>The exact reply that the last user message dictates with <c>/say TEXT</c>; null for none.</summary>
    public string? Say { get; init; }

    /// <summary>The call that the request forces, or that the last user message dictates with <c>/tool NAME JSON</c>; null for none.</summary>
    public ToolCall? Tool { get; init; }

    public int PromptTokens => Prompts.Sum(p => p.Count);
}

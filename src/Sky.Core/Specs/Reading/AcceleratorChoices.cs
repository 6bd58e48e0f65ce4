namespace Sky.Core.Specs.Reading;

/// <summary>The accelerators a candidate may have, and whether their order counts.</summary>
internal sealed record AcceleratorChoices(IReadOnlyList<(string Name, double Count)> Choices, bool InOrder)
{
    public static AcceleratorChoices None { get; } = new([], false);
}

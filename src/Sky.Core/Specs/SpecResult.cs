namespace Sky.Core.Specs;

/// <summary>What reading a service file gave: all problems at once, and the spec when there is no error.</summary>
public sealed record SpecResult
{
    public ServiceSpec? Spec { get; init; }

    public IReadOnlyList<SpecProblem> Errors { get; init; } = [];

    public IReadOnlyList<SpecProblem> Warnings { get; init; } = [];

    public bool Ok => Errors.Count == 0;
}

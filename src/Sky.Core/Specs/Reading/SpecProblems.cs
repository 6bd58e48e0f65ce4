namespace Sky.Core.Specs.Reading;

/// <summary>Gathers what is wrong while a file is read.</summary>
internal sealed class SpecProblems
{
    private readonly List<SpecProblem> _errors = [];
    private readonly List<SpecProblem> _warnings = [];

    public bool HasErrors => _errors.Count > 0;

    public void Error(int line, string path, string message) => Add(_errors, new(line, path, message));

    public void Warn(int line, string path, string message) => Add(_warnings, new(line, path, message));

    public SpecResult ToResult(ServiceSpec? spec, bool strict)
    {
        var errors = strict ? _errors.Concat(_warnings) : _errors;
        var sorted = errors.OrderBy(problem => problem.Line).ToArray();
        return new()
        {
            Spec = sorted.Length == 0 ? spec : null,
            Errors = sorted,
            Warnings = strict ? [] : [.. _warnings.OrderBy(problem => problem.Line)],
        };
    }

    private static void Add(List<SpecProblem> list, SpecProblem problem)
    {
        if (!list.Contains(problem))
        {
            list.Add(problem);
        }
    }
}

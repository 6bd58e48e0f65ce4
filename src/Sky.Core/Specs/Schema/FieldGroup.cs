namespace Sky.Core.Specs.Schema;

/// <summary>The fields of one mapping of the service file.</summary>
/// <param name="Path">Where it stands, such as <c>service.readiness_probe</c>; empty for the top.</param>
/// <param name="Open">Other keys are accepted (and kept).</param>
internal sealed record FieldGroup(string Path, string Description, IReadOnlyList<SpecField> Fields, bool Open = false)
{
    /// <summary>At least one of these must be there; empty: none need be.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    public SpecField? Find(string name) => Fields.FirstOrDefault(field => field.Name == name);
}

using System.Text.Json.Nodes;

namespace Sky.Testing.Clouds.Azure;

/// <summary>One call as it came in.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="Method">Of HTTP.</param>
/// <param name="Path">Without the query.</param>
/// <param name="Query">By name.</param>
/// <param name="Body">Null: none.</param>
public sealed record ArmCall(int Number, string Method, string Path, IReadOnlyDictionary<string, string> Query, JsonObject? Body)
{
    internal ArmId? Id { get; } = ArmId.Parse(Path);

    /// <summary>Of what it is about, such as <c>Microsoft.Compute/virtualMachines</c>.</summary>
    public string Type => Id?.Type ?? "";

    /// <summary>What the caller must be allowed to do, as roles name it.</summary>
    public IReadOnlyList<string> Actions => ArmActions.Of(this);

    public override string ToString() => $"{Number}: {Method} {Path}";
}

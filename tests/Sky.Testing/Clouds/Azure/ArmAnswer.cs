using System.Text.Json.Nodes;

namespace Sky.Testing.Clouds.Azure;

/// <summary>What is answered.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Body">Null: none.</param>
internal sealed record ArmAnswer(int Status, JsonNode? Body = null)
{
    /// <summary>Where the work that goes on is asked about.</summary>
    public ArmOperation? Operation { get; init; }

    public static JsonObject List(IEnumerable<JsonObject> all) => new() { ["value"] = new JsonArray([.. all.Select(one => one.DeepClone())]) };

    public static JsonObject Error(ArmError error) => new() { ["error"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message } };
}

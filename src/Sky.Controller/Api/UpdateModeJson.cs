using System.Text.Json;
using System.Text.Json.Serialization;
using Sky.Core.Services;

namespace Sky.Controller.Api;

/// <summary>How an update goes, in the API in the words of the command line: <c>rolling</c> and <c>blue_green</c>. Read in any case.</summary>
public sealed class UpdateModeJson : JsonConverter<UpdateMode>
{
    /// <summary>The word for a mode.</summary>
    public static string Word(UpdateMode mode) => mode == UpdateMode.BlueGreen ? "blue_green" : "rolling";

    /// <inheritdoc/>
    public override UpdateMode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (reader.TokenType == JsonTokenType.String ? reader.GetString() : "")!.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant() switch
        {
            "ROLLING" => UpdateMode.Rolling,
            "BLUEGREEN" => UpdateMode.BlueGreen,
            _ => throw new JsonException("mode is rolling or blue_green."),
        };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, UpdateMode value, JsonSerializerOptions options) => writer.WriteStringValue(Word(value));
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sky.Core.Autoscaling.Spot;

namespace Sky.Core.Tests.Autoscaling.Spot;

/// <summary>The state as the store keeps it.</summary>
internal static class StateJson
{
    private static JsonTypeInfo<SpotState> Form => (JsonTypeInfo<SpotState>)SkyJson.Default.GetTypeInfo(typeof(SpotState))!;

    public static SpotState RoundTrip(SpotState state) => Read(JsonSerializer.Serialize(state, Form));

    public static SpotState Read(string json) => JsonSerializer.Deserialize(json, Form)!;
}

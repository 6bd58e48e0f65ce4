using System.Text.Json;
using Sky.Core.Autoscaling.Spot;

namespace Sky.Core.Tests.Autoscaling.Spot;

/// <summary>The state as the store keeps it.</summary>
internal static class StateJson
{
    public static SpotState RoundTrip(SpotState state) => JsonSerializer.Deserialize<SpotState>(JsonSerializer.Serialize(state))!;
}

using System.Text.Json.Serialization;

namespace Sky.Gateway.LoadBalancing.Decisions;

/// <summary>The JSON of <c>/-/decisions</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<Decision>))]
public sealed partial class DecisionJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sky.Providers.Clouds.Sim;

/// <summary>The JSON of the simulated cloud: its settings, and its nodes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SimSettings))]
[JsonSerializable(typeof(SimNode))]
internal sealed partial class SimJson : JsonSerializerContext;

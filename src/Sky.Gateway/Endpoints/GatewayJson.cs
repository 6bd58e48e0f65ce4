using System.Text.Json.Serialization;

namespace Sky.Gateway.Endpoints;

/// <summary>The JSON of the gateway's own file, in the form of the watch stream.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(EndpointsDocument))]
[JsonSerializable(typeof(Core.Endpoints.ServiceEndpoints))]
internal sealed partial class GatewayJson : JsonSerializerContext;

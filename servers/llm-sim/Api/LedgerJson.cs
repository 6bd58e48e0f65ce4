using System.Text.Json.Serialization;
using LlmSim.Reporting;

namespace LlmSim.Api;

/// <summary>The JSON form of <c>/sim/requests</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyCollection<RequestRecord>))]
internal sealed partial class LedgerJson : JsonSerializerContext;

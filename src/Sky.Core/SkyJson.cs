using System.Text.Json;
using System.Text.Json.Serialization;
using Sky.Core.Clouds.Launching;
using Sky.Core.Clouds.Orphans;
using Sky.Core.Clusters;
using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Sky.Core.Metering;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Traffic.Experiments;

namespace Sky.Core;

/// <summary>The one JSON form of our records: in the store, between processes, and in <c>-o json</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ServiceSpec))]
[JsonSerializable(typeof(ServiceRecord))]
[JsonSerializable(typeof(ReplicaRecord))]
[JsonSerializable(typeof(VersionRecord))]
[JsonSerializable(typeof(ServiceEvent))]
[JsonSerializable(typeof(KeyRecord))]
[JsonSerializable(typeof(ClusterRecord))]
[JsonSerializable(typeof(NodeLaunch))]
[JsonSerializable(typeof(OrphanNode))]
[JsonSerializable(typeof(StoreLife))]
[JsonSerializable(typeof(StoreMark))]
[JsonSerializable(typeof(IReadOnlyList<NodeLaunch>))]
[JsonSerializable(typeof(EndpointsChange))]
[JsonSerializable(typeof(GatewayReport))]
[JsonSerializable(typeof(SettlementBatch))]
[JsonSerializable(typeof(UsageRow))]
[JsonSerializable(typeof(ArmBatch))]
[JsonSerializable(typeof(ArmTotals))]
[JsonSerializable(typeof(FeedbackReport))]
[JsonSerializable(typeof(OpenFeedback))]
[JsonSerializable(typeof(GatewayGrants))]
[JsonSerializable(typeof(IReadOnlyList<ServiceEvent>))]
[JsonSerializable(typeof(IReadOnlyList<ServiceView>))]
public sealed partial class SkyJson : JsonSerializerContext;

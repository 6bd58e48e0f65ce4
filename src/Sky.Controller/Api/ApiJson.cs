using System.Text.Json;
using System.Text.Json.Serialization;
using Sky.Controller.Clusters;
using Sky.Core.Endpoints;
using Sky.Core.Images.Scanning;
using Sky.Core.Metering;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Api;

/// <summary>The JSON of the controller's API, for the controller and for its clients.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(UpdateModeJson)])]
[JsonSerializable(typeof(PutServiceRequest))]
[JsonSerializable(typeof(PutServiceResponse))]
[JsonSerializable(typeof(HistoryView))]
[JsonSerializable(typeof(ExplanationView))]
[JsonSerializable(typeof(PlacesRequest))]
[JsonSerializable(typeof(PlacesView))]
[JsonSerializable(typeof(IReadOnlyList<ServiceImagesView>))]
[JsonSerializable(typeof(IReadOnlyList<ScanReport>))]
[JsonSerializable(typeof(RollbackRequest))]
[JsonSerializable(typeof(RefreshSecretsRequest))]
[JsonSerializable(typeof(ScaleRequest))]
[JsonSerializable(typeof(TrafficRequest))]
[JsonSerializable(typeof(TrafficView))]
[JsonSerializable(typeof(ExperimentView))]
[JsonSerializable(typeof(ArmBatch))]
[JsonSerializable(typeof(FeedbackReport))]
[JsonSerializable(typeof(OpenFeedback))]
[JsonSerializable(typeof(ControllerView))]
[JsonSerializable(typeof(ShutdownView))]
[JsonSerializable(typeof(ApiError))]
[JsonSerializable(typeof(ServiceView))]
[JsonSerializable(typeof(ServicesChange))]
[JsonSerializable(typeof(IReadOnlyList<ServiceView>))]
[JsonSerializable(typeof(EndpointsChange))]
[JsonSerializable(typeof(GatewayReport))]
[JsonSerializable(typeof(SettlementBatch))]
[JsonSerializable(typeof(UsageView))]
[JsonSerializable(typeof(CostView))]
[JsonSerializable(typeof(GatewayGrants))]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(RotateKeyRequest))]
[JsonSerializable(typeof(CreateNodeTokenRequest))]
[JsonSerializable(typeof(NodeTokenView))]
[JsonSerializable(typeof(IReadOnlyList<NodeRecord>))]
[JsonSerializable(typeof(KeyView))]
[JsonSerializable(typeof(KeySecretView))]
[JsonSerializable(typeof(IReadOnlyList<KeyView>))]
[JsonSerializable(typeof(IReadOnlyList<ClusterView>))]
[JsonSerializable(typeof(CreateClusterRequest))]
[JsonSerializable(typeof(OrphansView))]
[JsonSerializable(typeof(AdoptOrphansRequest))]
[JsonSerializable(typeof(AdoptedOrphansView))]
[JsonSerializable(typeof(JoinNodeRequest))]
[JsonSerializable(typeof(JoinNodeView))]
public sealed partial class ApiJson : JsonSerializerContext;

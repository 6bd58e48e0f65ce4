using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sky.Core.Nodes;

/// <summary>The JSON between nodes and controller, and of their records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(EnrolmentRecord))]
[JsonSerializable(typeof(NodeRecord))]
[JsonSerializable(typeof(EnrolRequest))]
[JsonSerializable(typeof(RenewRequest))]
[JsonSerializable(typeof(NodeCertificate))]
[JsonSerializable(typeof(JoinAnswer))]
[JsonSerializable(typeof(NodeNotice))]
[JsonSerializable(typeof(NodeFacts))]
[JsonSerializable(typeof(NodeProblem))]
public sealed partial class NodeJson : JsonSerializerContext;

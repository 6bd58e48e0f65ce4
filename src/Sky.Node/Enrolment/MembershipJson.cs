using System.Text.Json.Serialization;

namespace Sky.Node.Enrolment;

/// <summary>The JSON of <see cref="Membership"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Membership))]
internal sealed partial class MembershipJson : JsonSerializerContext;

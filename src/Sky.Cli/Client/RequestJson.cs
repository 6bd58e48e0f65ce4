using System.Text.Json;
using System.Text.Json.Serialization;
using Sky.Controller.Api;

namespace Sky.Cli.Client;

/// <summary>
/// The same JSON as <see cref="ApiJson"/>, for writing only: the generated code writes the fields directly, without setting up
/// what reading would need, which costs a command more time than its request.
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(PutServiceRequest))]
[JsonSerializable(typeof(PlacesRequest))]
internal sealed partial class RequestJson : JsonSerializerContext;

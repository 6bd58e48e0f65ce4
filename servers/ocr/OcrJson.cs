using System.Text.Json.Serialization;

namespace Ocr;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OcrResult))]
[JsonSerializable(typeof(OcrError))]
internal sealed partial class OcrJson : JsonSerializerContext;

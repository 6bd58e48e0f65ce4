using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sky.Core;

/// <summary>Writes the words of an enum as people write them on the command line, in lower case, and reads them in any.</summary>
/// <typeparam name="T">The enum; each of its names is one word.</typeparam>
public sealed class LowerCaseWords<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

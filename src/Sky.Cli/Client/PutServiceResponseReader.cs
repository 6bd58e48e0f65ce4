using System.Text.Json;
using Sky.Controller.Api;

namespace Sky.Cli.Client;

/// <summary>Reads the answer to a new version field by field, for the reason of <see cref="ServiceViewReader"/>.</summary>
internal static class PutServiceResponseReader
{
    public static PutServiceResponse Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var answer = document.RootElement;
        var notices = new List<string>();
        if (answer.TryGetProperty("notices", out var written))
        {
            foreach (var notice in written.EnumerateArray())
            {
                notices.Add(notice.GetString()!);
            }
        }

        return new PutServiceResponse
        {
            Service = answer.GetProperty("service").GetString()!,
            Version = answer.GetProperty("version").GetInt32(),
            Created = IsTrue(answer, "created"),
            Unchanged = IsTrue(answer, "unchanged"),
            Notices = notices,
        };
    }

    private static bool IsTrue(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}

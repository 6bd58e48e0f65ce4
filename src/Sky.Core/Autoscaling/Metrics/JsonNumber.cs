using System.Globalization;
using System.Text.Json;

namespace Sky.Core.Autoscaling.Metrics;

/// <summary>Finds a number in a JSON document.</summary>
public static class JsonNumber
{
    /// <param name="root">The document.</param>
    /// <param name="way">Members and places in lists, with dots between them.</param>
    /// <returns>Null: there is no number.</returns>
    public static double? Find(JsonElement root, string way)
    {
        var at = root;
        foreach (var step in way.Split('.'))
        {
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(step, out var member))
            {
                at = member;
            }
            else if (at.ValueKind == JsonValueKind.Array && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < at.GetArrayLength())
            {
                at = at[index];
            }
            else
            {
                return null;
            }
        }

        return at.ValueKind switch
        {
            JsonValueKind.Number => at.GetDouble(),
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            _ => null,
        };
    }
}

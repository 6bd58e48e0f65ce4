using System.Text.Json;

namespace Sky.Gateway.Routing.Models;

/// <summary>Finds the id of a response at the beginning of an answer: the object itself, or the first event of a stream, which holds it.</summary>
internal static class ResponseId
{
    /// <summary>True: the search is over, with the id or, when there is none, null. False: more of the answer is needed.</summary>
    public static bool TryFind(ReadOnlySpan<byte> start, out string? id)
    {
        id = null;
        start = start.TrimStart(" \t\r\n"u8);
        if (start.IsEmpty)
        {
            return false;
        }

        if (start[0] != (byte)'{')
        {
            var data = start.IndexOf("data:"u8);
            if (data < 0)
            {
                return false;
            }

            start = start[(data + "data:"u8.Length)..];
        }

        try
        {
            return Read(start, ref id);
        }
        catch (JsonException)
        {
            return true;
        }
    }

    private static bool Read(ReadOnlySpan<byte> json, ref string? id)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName when reader.ValueTextEquals("id"u8):
                    if (!reader.Read())
                    {
                        return false;
                    }

                    id = reader.TokenType is JsonTokenType.String ? reader.GetString() : null;
                    return true;
                case JsonTokenType.PropertyName when reader.CurrentDepth == 1 && reader.ValueTextEquals("response"u8):
                    break;
                case JsonTokenType.PropertyName:
                    if (!reader.TrySkip())
                    {
                        return false;
                    }

                    break;
                case JsonTokenType.EndObject when reader.CurrentDepth == 0:
                    return true;
            }
        }

        return false;
    }
}

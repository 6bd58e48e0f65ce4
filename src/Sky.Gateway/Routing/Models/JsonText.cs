using System.Text.Json;

namespace Sky.Gateway.Routing.Models;

/// <summary>Text as a JSON string.</summary>
internal static class JsonText
{
    /// <summary>With quotes, in UTF-8.</summary>
    public static byte[] Quoted(string text) => [(byte)'"', .. JsonEncodedText.Encode(text).EncodedUtf8Bytes, (byte)'"'];
}

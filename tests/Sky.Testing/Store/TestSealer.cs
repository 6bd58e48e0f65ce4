using System.Buffers.Text;
using System.Text;
using Sky.Core.Secrets;
using Sky.Testing.Store;

namespace Sky.Testing.Store;

/// <summary>Seals with nothing but another spelling, so that any process of a test can open it. What is sealed can be made stale, and keys can be lost.</summary>
public sealed class TestSealer(int key = 1, params int[] lost) : ISealer
{
    public static TestSealer Instance { get; } = new();

    public string Seal(string text) => $"{key}-" + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public string Open(string sealedText, out bool stale)
    {
        var parts = sealedText.Split('-', 2);
        var with = int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture);
        stale = with != key;
        return lost.Contains(with)
            ? throw new SealException($"The key {with} is missing.")
            : Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
    }
}

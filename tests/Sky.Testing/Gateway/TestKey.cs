using Sky.Core.Keys;

namespace Sky.Testing.Gateway;

/// <summary>Keys for tests, with the secrets that open them.</summary>
public static class TestKey
{
    /// <summary>The secret of the test key of that number.</summary>
    public static string Secret(int number = 1)
    {
        var bytes = new byte[KeySecret.RandomBytes];
        Array.Fill(bytes, (byte)number);
        return KeySecret.From(bytes);
    }

    public static KeyRecord Record(int number = 1, string? name = null) => new()
    {
        Id = new KeyId($"key-{number:d4}"),
        Name = name ?? $"test-{number}",
        Hash = KeySecret.HashText(Secret(number)),
        CreatedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };
}

using System.Net;
using System.Net.Sockets;

namespace Sky.Providers.Clouds;

/// <summary>From where the nodes that are bought may be reached: the addresses of controllers and gateways. Nobody else comes in.</summary>
public sealed record AllowedSources
{
    /// <summary>Addresses and ranges, with commas between, such as <c>203.0.113.7, 198.51.100.0/24</c>.</summary>
    public const string Setting = "SKY_CLOUD_ALLOW_FROM";

    /// <summary>Nobody.</summary>
    public static AllowedSources None { get; } = new() { Ranges = [] };

    /// <summary>In CIDR notation, without repetition, in order.</summary>
    public required IReadOnlyList<string> Ranges { get; init; }

    /// <summary>Reads <see cref="Setting"/>; what is not given or empty allows nobody.</summary>
    /// <exception cref="FormatException">It is not right; the message says what would be.</exception>
    public static AllowedSources Parse(string? text) => string.IsNullOrWhiteSpace(text)
        ? None
        : new AllowedSources { Ranges = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Range).Distinct().Order(StringComparer.Ordinal)] };

    private static string Range(string text)
    {
        if (!text.Contains('/', StringComparison.Ordinal))
        {
            return IPAddress.TryParse(text, out var address)
                ? $"{address}/{(address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)}"
                : throw Wrong(text);
        }

        return IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0 ? network.ToString() : throw Wrong(text);
    }

    private static FormatException Wrong(string text) =>
        new($"must be addresses or ranges with commas between, such as 203.0.113.7, 198.51.100.0/24, and never everybody. Found: '{text}'");
}

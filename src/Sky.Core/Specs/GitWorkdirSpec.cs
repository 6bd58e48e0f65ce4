using System.Text.Json.Serialization;

namespace Sky.Core.Specs;

/// <summary>A git repository as <c>workdir</c>.</summary>
public sealed record GitWorkdirSpec(string Url, string? Ref)
{
    /// <summary>The address without what may be a password in it.</summary>
    [JsonIgnore]
    public string ShownUrl => Uri.TryCreate(Url, UriKind.Absolute, out var uri) && uri.UserInfo.Contains(':', StringComparison.Ordinal)
        ? Url.Replace(uri.UserInfo + "@", SecretValue.Mask + "@", StringComparison.Ordinal)
        : Url;
}

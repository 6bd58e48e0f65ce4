using System.Text.Json;

namespace Sky.Providers.Images.Building;

/// <summary>An image that an engine has.</summary>
/// <param name="Id"><c>sha256:…</c>, of its configuration: the same only in this engine.</param>
/// <param name="RepoDigests">The names and digests that registries know it by; empty for one that was never pushed or pulled.</param>
internal sealed record LocalImage(string Id, IReadOnlyList<string> RepoDigests)
{
    /// <summary>From what Docker's API or command says of an image.</summary>
    public static LocalImage Read(JsonElement json) => new(
        json.GetProperty("Id").GetString() ?? "",
        json.TryGetProperty("RepoDigests", out var digests) && digests.ValueKind == JsonValueKind.Array ? [.. digests.EnumerateArray().Select(one => one.GetString() ?? "")] : []);
}

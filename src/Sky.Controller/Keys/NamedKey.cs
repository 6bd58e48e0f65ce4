using Sky.Controller.Api;
using Sky.Core.Keys;

namespace Sky.Controller.Keys;

/// <summary>A key by what a user calls it.</summary>
internal static class NamedKey
{
    /// <summary>By id, else by name; of those of that name the one that is not revoked, else the last that was.</summary>
    public static StoredKey? Find(IReadOnlyList<StoredKey> all, string name) =>
        all.FirstOrDefault(stored => stored.Key.Id.Value == name)
        ?? all.Where(stored => stored.Key.Name == name)
            .OrderBy(stored => stored.Key.RevokedAt is not null)
            .ThenByDescending(stored => stored.Key.RevokedAt)
            .FirstOrDefault();

    public static Problem None(string name) => Problem.NotFound($"There is no key '{(name.StartsWith(KeySecret.Prefix, StringComparison.Ordinal) ? "sk-sky-***" : name)}'. Name it as `sky keys list` shows it.");
}

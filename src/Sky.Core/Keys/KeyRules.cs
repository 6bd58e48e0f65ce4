using System.Text.RegularExpressions;

namespace Sky.Core.Keys;

/// <summary>What a key may be; pure.</summary>
public static partial class KeyRules
{
    private const int MostModels = 100;
    private const int LongestModel = 200;

    /// <summary>What is wrong with a new key, each in one sentence; empty when nothing is.</summary>
    public static IReadOnlyList<string> Problems(KeyRecord key, DateTimeOffset now)
    {
        var problems = new List<string>();
        if (!Name().IsMatch(key.Name) || key.Name.StartsWith(KeyId.Prefix, StringComparison.Ordinal))
        {
            problems.Add($"The name of a key has 1 to 64 letters, digits, dots, dashes, underscores or @, begins with a letter or digit and not with '{KeyId.Prefix}'. Found: '{Short(key.Name)}'");
        }

        if (key.Models.Count > MostModels || key.Models.Any(model => model is null or { Length: 0 or > LongestModel } || model.Any(char.IsControl)))
        {
            problems.Add($"The models of a key are at most {MostModels} names or patterns such as 'llama-*', of at most {LongestModel} characters.");
        }

        AddLimits(problems, key.Limits);
        if (key.ExpiresAt <= now)
        {
            problems.Add("A key expires in the future: it would open nothing.");
        }

        return problems;
    }

    private static void AddLimits(List<string> problems, KeyLimits limits)
    {
        const long Most = 1_000_000_000_000;
        if (limits.RequestsPerMinute is < 1 or > Most)
        {
            problems.Add("Requests per minute (rpm) are 1 or more; leave it out for no limit.");
        }

        if (limits.TokensPerMinute is < 1 or > Most)
        {
            problems.Add("Tokens per minute (tpm) are 1 or more; leave it out for no limit.");
        }

        if (limits.Concurrency is < 1)
        {
            problems.Add("Requests in flight (concurrency) are 1 or more; leave it out for no limit.");
        }

        if (limits.Budget is <= 0 or > Most)
        {
            problems.Add("A budget is more than 0; leave it out for no limit.");
        }
    }

    private static string Short(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 80), "...");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}

namespace Sky.Providers.Clouds.Aws;

/// <summary>Which image nodes start from: by its id in each region, or the newest one of an owner whose name fits.</summary>
public sealed record AwsImageChoice
{
    private const string IdPrefix = "ami-";

    /// <summary>By region; under the empty name for all others.</summary>
    public IReadOnlyDictionary<string, string> Ids { get; init; } = new Dictionary<string, string>();

    /// <summary>An account, <c>amazon</c> or <c>self</c>; null where there are ids.</summary>
    public string? Owner { get; init; }

    /// <summary>With <c>*</c> for any signs.</summary>
    public string? Name { get; init; }

    /// <summary>Reads <c>ami-…</c>, <c>REGION=ami-…,…</c> or <c>OWNER/NAME</c>; null for null.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static AwsImageChoice? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Split('/', 2) is [{ Length: > 0 } owner, { Length: > 0 } name])
        {
            return new AwsImageChoice { Owner = owner, Name = name };
        }

        var ids = text.Split(',', StringSplitOptions.TrimEntries).Select(word => word.Split('=', 2)).Select(pair => (Region: pair.Length == 1 ? "" : pair[0], Id: pair[^1])).ToList();
        return ids.TrueForAll(one => one.Id.StartsWith(IdPrefix, StringComparison.Ordinal)) && ids.DistinctBy(one => one.Region).Count() == ids.Count
            ? new AwsImageChoice { Ids = ids.ToDictionary(one => one.Region, one => one.Id, StringComparer.Ordinal) }
            : throw new FormatException($"must be ami-…, or REGION=ami-… with commas between, or OWNER/NAME with * in the name. Found: '{text}'");
    }

    /// <summary>The id that is given for a region; null for none.</summary>
    public string? IdIn(string region) => Ids.GetValueOrDefault(region) ?? Ids.GetValueOrDefault("");
}

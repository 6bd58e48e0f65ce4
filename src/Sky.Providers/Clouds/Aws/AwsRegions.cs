using Sky.Core.Clouds;

namespace Sky.Providers.Clouds.Aws;

/// <summary>The regions that are used: those of the settings, else all that the account may use, asked once an hour. Safe for concurrent use.</summary>
/// <param name="settings">May name them.</param>
/// <param name="clients">Asked.</param>
/// <param name="first">Whom to ask which there are.</param>
/// <param name="time">The clock.</param>
internal sealed class AwsRegions(AwsSettings settings, AwsClients clients, string first, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private readonly SemaphoreSlim _gate = new(1);
    private (IReadOnlySet<string> Regions, DateTimeOffset At)? _known;

    /// <summary>Another set only where it is another: callers may remember what they made of it.</summary>
    public async Task<IReadOnlySet<string>> AllAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_known is not { } known || time.GetUtcNow() - known.At >= Kept)
            {
                var regions = settings.Regions.Count > 0 ? settings.Regions.ToHashSet(StringComparer.Ordinal) : await AskAsync(cancellationToken);
                _known = (_known?.Regions is { } before && before.SetEquals(regions) ? before : regions, time.GetUtcNow());
            }

            return _known.Value.Regions;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>One sentence for a region that the settings leave out; null for others.</summary>
    public string? WhyNot(string region) => settings.Regions.Count > 0 && !settings.Regions.Contains(region)
        ? $"AWS's region {region} is not among those in SKY_AWS_REGIONS ({string.Join(", ", settings.Regions)})"
        : null;

    public void Dispose() => _gate.Dispose();

    private async Task<HashSet<string>> AskAsync(CancellationToken cancellationToken)
    {
        var answer = await AwsFailures.DoAsync(first, "list regions", makes: false, clients.Of(first).DescribeRegionsAsync, cancellationToken);
        return answer.Regions is { Count: > 0 } regions
            ? regions.Select(region => region.RegionName).ToHashSet(StringComparer.Ordinal)
            : throw new CloudException(CloudFailure.Unavailable, $"AWS ({first}) names no region that may be used");
    }
}

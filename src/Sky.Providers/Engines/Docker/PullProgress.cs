using System.Globalization;
using Docker.DotNet.Models;

namespace Sky.Providers.Engines.Docker;

/// <summary>How far a pull is, from the lines that the daemon sends. Safe for concurrent use.</summary>
internal sealed class PullProgress : IProgress<JSONMessage>
{
    /// <summary>Shown in steps, so that what shows it does not change with every line.</summary>
    private const int Step = 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Done, long Total)> _layers = new(StringComparer.Ordinal);

    /// <summary>The daemon's words where it failed; null otherwise.</summary>
    public string? Error { get; private set; }

    public void Report(JSONMessage value)
    {
        lock (_gate)
        {
            Error ??= value.Error?.Message;
            if (value.ID is { Length: > 0 } layer && value is { Status: "Downloading", Progress: { Total: > 0 } progress })
            {
                _layers[layer] = (progress.Current ?? 0, progress.Total.Value);
            }
            else if (value.ID is { Length: > 0 } ready && value.Status is "Download complete" or "Pull complete" && _layers.TryGetValue(ready, out var known))
            {
                _layers[ready] = (known.Total, known.Total);
            }
        }
    }

    /// <summary>Such as <c>pulling image x:1 (40% of 1.2 GB)</c>.</summary>
    public string Describe(string image)
    {
        lock (_gate)
        {
            var total = _layers.Values.Sum(layer => layer.Total);
            if (total == 0)
            {
                return $"pulling image {image}";
            }

            var percent = (int)(_layers.Values.Sum(layer => layer.Done) * 100 / total) / Step * Step;
            return string.Create(CultureInfo.InvariantCulture, $"pulling image {image} ({percent}% of {total / (double)(1 << 30):0.0#} GB)");
        }
    }
}

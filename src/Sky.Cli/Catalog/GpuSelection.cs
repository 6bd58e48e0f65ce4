using System.Globalization;
using Sky.Core.Catalog;

namespace Sky.Cli.Catalog;

/// <summary>The accelerators that a word on the command line means: all it may mean, since looking does no harm.</summary>
internal sealed class GpuSelection
{
    private readonly GpuMemory? _memory;
    private readonly IReadOnlyList<string> _names;

    private GpuSelection(GpuMemory? memory, IReadOnlyList<string> names) => (_memory, _names) = (memory, names);

    /// <exception cref="CliException">No cloud sells such accelerators.</exception>
    public static GpuSelection Of(string asked, IReadOnlyList<CloudCatalog> catalogs)
    {
        var types = catalogs.SelectMany(catalog => catalog.Types.Values).Where(type => type.Accelerator is not null).ToList();
        var known = types.Select(type => type.Accelerator!).ToHashSet(StringComparer.Ordinal);
        var selection = new GpuSelection(GpuMemory.Parse(asked), GpuMemory.Parse(asked) is null ? GpuName.Resolve(asked, known) : []);
        return types.Exists(selection.Has)
            ? selection
            : throw CliException.NotFound($"No accelerator '{asked}' is in the catalog. There are: {string.Join(", ", known.Order(StringComparer.OrdinalIgnoreCase))}.");
    }

    public bool Has(InstanceType type) =>
        type.Accelerator is { } name && (_memory?.Fits(name, type.AcceleratorMemory) ?? _names.Contains(name, StringComparer.Ordinal));

    /// <summary><c>A100:8</c> into its name and number; <c>NVIDIA:80GB</c> has no number.</summary>
    public static (string Name, double? Count) Split(string asked)
    {
        var at = asked.LastIndexOf(':');
        return at > 0 && double.TryParse(asked[(at + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var count) ? (asked[..at], count) : (asked, null);
    }
}

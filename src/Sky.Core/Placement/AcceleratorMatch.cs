using Sky.Core.Catalog;

namespace Sky.Core.Placement;

/// <summary>Which accelerators one candidate of a file means, among those that can be had.</summary>
internal sealed class AcceleratorMatch
{
    // A sixth of a card is written as 0.167 by some and as 0.16 by others.
    private const double CountTolerance = 0.01;

    private readonly string? _asked;
    private readonly double _count;
    private readonly GpuMemory? _memory;
    private readonly IReadOnlyList<string> _names;

    /// <param name="asked">A name or an amount of memory; null for none.</param>
    /// <param name="count">How many of it.</param>
    /// <param name="known">The names there are.</param>
    public AcceleratorMatch(string? asked, double count, IReadOnlyCollection<string> known)
    {
        (_asked, _count) = (asked, count);
        _memory = asked is null ? null : GpuMemory.Parse(asked);
        _names = asked is null || _memory is not null ? [] : GpuName.Resolve(asked, known);
    }

    /// <summary>A name is asked for, and the accelerator has no other processors than those of its maker: what runs on it is built for them.</summary>
    public bool NamesOne => _names.Count == 1;

    /// <summary>What the name may mean, where it is not clear.</summary>
    public IReadOnlyList<string> Ambiguous => _names.Count > 1 ? _names : [];

    public bool Fits(Offering offering)
    {
        if (_asked is null)
        {
            return true;
        }

        return offering.Accelerator is { } name && IsNamed(name, offering) && Enough(offering);
    }

    private bool IsNamed(string name, Offering offering) =>
        _memory is { } memory ? memory.Fits(name, offering.AcceleratorMemory) : NamesOne && string.Equals(_names[0], name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Of one's own machine a part is taken, so that more is enough; what is bought comes in fixed numbers, and a part of a card may be a larger part.</summary>
    private bool Enough(Offering offering) => offering.Owned
        ? offering.AcceleratorCount >= _count
        : Math.Abs(offering.AcceleratorCount - _count) < CountTolerance || (_count < 1 && offering.AcceleratorCount > _count && offering.AcceleratorCount <= 1);
}

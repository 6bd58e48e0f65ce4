using Sky.Core.Keys;
using Sky.Core.Services;

namespace Sky.Core.Endpoints;

/// <summary>What one gateway may use of the limits of one key or one service.</summary>
public sealed record LimitGrant
{
    /// <summary>Null: it is of <see cref="Service"/>.</summary>
    public KeyId? Key { get; init; }

    public ServiceName? Service { get; init; }

    public required LimitSlice Slice { get; init; }
}

using Sky.Core.Keys;
using Sky.Core.Services;

namespace Sky.Core.Endpoints;

/// <summary>What one gateway makes of the limits of one key or one service.</summary>
public sealed record LimitReport
{
    /// <summary>Null: it is of <see cref="Service"/>.</summary>
    public KeyId? Key { get; init; }

    public ServiceName? Service { get; init; }

    /// <summary>Requests a minute that it could use, at the rate at which they were asked for lately.</summary>
    public long Requests { get; init; }

    /// <summary>The same of tokens.</summary>
    public long Tokens { get; init; }

    /// <summary>Requests in flight now.</summary>
    public long InFlight { get; init; }

    /// <summary>US dollars that settled requests cost, since the start of this run of the gateway.</summary>
    public decimal Spent { get; init; }

    /// <summary>US dollars reserved for requests in flight.</summary>
    public decimal Reserved { get; init; }

    /// <summary>US dollars that it could use within the next two minutes.</summary>
    public decimal Money { get; init; }
}

using System.Text.Json.Serialization;

namespace Sky.Core.Catalog;

/// <summary>How a price is known; the better known comes first.</summary>
public enum PriceStatus
{
    /// <summary>As its cloud published it, on the price's date.</summary>
    [JsonStringEnumMemberName("recorded")]
    Recorded,

    /// <summary>A bound: the true price is not higher, as spot is never dearer than on demand.</summary>
    [JsonStringEnumMemberName("at_most")]
    AtMost,

    /// <summary>The price of the same type elsewhere; the true one may be higher or lower.</summary>
    [JsonStringEnumMemberName("estimated")]
    Estimated,

    /// <summary>Not known at all.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

namespace Sky.Core.Specs.Schema;

/// <summary>Upper ends that keep any accepted number usable as a duration or a count.</summary>
internal static class FieldLimits
{
    /// <summary>Ten years.</summary>
    public const double Seconds = 315_360_000;

    public const double Replicas = 10_000;

    public const double Requests = 1_000_000;

    /// <summary>One TiB.</summary>
    public const double Bytes = 1L << 40;

    /// <summary>Of a million tokens.</summary>
    public const double Price = 1_000_000;

    public const double Port = 65_535;

    /// <summary>As Linux counts users.</summary>
    public const double Users = 4_294_967_294;

    /// <summary>As Linux counts processes.</summary>
    public const double Pids = 4_194_304;
}

using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads what of <c>service:</c> is about replicas that fail or are slow. The field checker has reported what is wrong.</summary>
internal static class StayingUpReader
{
    public static OutlierSpec Outliers(YamlNode.Mapping? outliers)
    {
        var defaults = OutlierSpec.Default;
        return outliers is null ? defaults : new()
        {
            ConsecutiveFailures = (int)Math.Clamp(outliers["consecutive_failures"].AsInteger() ?? defaults.ConsecutiveFailures, 0, int.MaxValue),
            SuccessRateDeviations = outliers["success_rate_deviations"].AsNumber() ?? defaults.SuccessRateDeviations,
            IntervalSeconds = outliers["interval_seconds"].AsNumber() ?? defaults.IntervalSeconds,
            EjectionSeconds = outliers["ejection_seconds"].AsNumber() ?? defaults.EjectionSeconds,
            MaxEjectionSeconds = outliers["max_ejection_seconds"].AsNumber() ?? defaults.MaxEjectionSeconds,
            MaxEjectedPercent = outliers["max_ejected_percent"].AsNumber() ?? defaults.MaxEjectedPercent,
            PanicPercent = outliers["panic_percent"].AsNumber() ?? defaults.PanicPercent,
        };
    }

    public static TimeoutSpec Timeouts(YamlNode.Mapping? timeouts) => timeouts is null ? TimeoutSpec.Default : new()
    {
        HeadersSeconds = timeouts["headers_seconds"].AsNumber(),
        TrySeconds = timeouts["try_seconds"].AsNumber(),
        TotalSeconds = timeouts["total_seconds"].AsNumber(),
    };

    public static HedgeSpec? Hedge(YamlNode.Mapping? hedge) => hedge is null ? null : new()
    {
        AfterSeconds = hedge["after"].AsNumber(),
        BudgetPercent = hedge["budget_percent"].AsNumber() ?? new HedgeSpec().BudgetPercent,
        Inference = string.Equals(hedge["requests"].AsText(), "inference", StringComparison.OrdinalIgnoreCase),
    };
}

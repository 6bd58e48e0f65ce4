namespace Sky.Core.Specs;

/// <summary>What Azure Monitor is asked.</summary>
/// <param name="Resource">The id of a resource, such as <c>/subscriptions/…/virtualMachineScaleSets/NAME</c>.</param>
/// <param name="Metric">The name of its metric.</param>
public sealed record AzureMonitorQuery(string Resource, string Metric)
{
    /// <summary>The metric's namespace; null: that of the resource's type.</summary>
    public string? Namespace { get; init; }

    /// <summary><c>Average</c>, <c>Total</c>, <c>Minimum</c>, <c>Maximum</c> or <c>Count</c>.</summary>
    public string Aggregation { get; init; } = "Average";

    /// <summary>Azure's filter of dimensions; null: none.</summary>
    public string? Filter { get; init; }

    /// <summary>Over what it is aggregated.</summary>
    public int PeriodSeconds { get; init; } = 60;
}

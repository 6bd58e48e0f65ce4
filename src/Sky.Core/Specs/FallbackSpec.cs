namespace Sky.Core.Specs;

/// <summary>Where requests go when their service has no capacity.</summary>
/// <param name="Model">The model asked for; <c>*</c>: any.</param>
/// <param name="Services">Names of services, tried in this order; <c>*</c>: every other service that serves the same model.</param>
public sealed record FallbackSpec(string Model, IReadOnlyList<string> Services)
{
    public const string Any = "*";
}

using Sky.Core.Keys;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Store;

namespace Sky.Controller.Keys;

/// <summary>What users should know of budgets: a service without prices in US dollars costs them nothing, so none stops it.</summary>
internal static class BudgetNotices
{
    private const string Dollars = "USD";
    private const int MostNamed = 5;

    /// <summary>For one who makes a key; null where there is nothing to say.</summary>
    /// <param name="key">The key.</param>
    /// <param name="services">Those that there are.</param>
    public static string? OfKey(KeyRecord key, IEnumerable<ServiceAggregate> services)
    {
        if (key.Limits.Budget is null)
        {
            return null;
        }

        var unpriced = services
            .Where(s => s.Service.Phase is ServicePhase.Active && !IsPriced(s.Target.Spec.Serving) && MayUse(key, s.Service.Name.Value, s.Target.Spec.Serving))
            .Select(s => s.Service.Name.Value).Order(StringComparer.Ordinal).ToList();
        return unpriced.Count == 0
            ? null
            : $"The budget does not count {Named(unpriced)}: without `prices` in USD in the service file, requests cost nothing.";
    }

    /// <summary>For one who gives a service a version; null where there is nothing to say.</summary>
    public static string? OfService(string name, ServingSpec serving, IEnumerable<StoredKey> keys, DateTimeOffset now)
    {
        if (IsPriced(serving))
        {
            return null;
        }

        var limited = keys.Select(stored => stored.Key)
            .Where(key => key.Limits.Budget is not null && key.StateAt(now) is KeyState.Active && MayUse(key, name, serving))
            .Select(key => key.Name).Order(StringComparer.Ordinal).ToList();
        return limited.Count == 0
            ? null
            : $"The budget of {Named(limited)} does not count service '{name}': without `prices` in USD in its file, requests cost nothing.";
    }

    private static bool IsPriced(ServingSpec serving) => serving.Prices is { Currency: Dollars };

    private static bool MayUse(KeyRecord key, string name, ServingSpec serving) =>
        key.Models.Count == 0
        || key.Models.Any(pattern => ModelGlob.Matches(pattern, name) || (serving.Models?.Names ?? []).Any(model => ModelGlob.Matches(pattern, model.Name)));

    private static string Named(List<string> names) =>
        string.Join(", ", names.Take(MostNamed).Select(name => $"'{name}'")) + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");
}

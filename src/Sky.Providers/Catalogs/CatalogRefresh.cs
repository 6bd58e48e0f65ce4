using Sky.Core.Catalog;

namespace Sky.Providers.Catalogs;

/// <summary>
/// Brings a cloud's catalog up to date, step by step. A step that fails leaves what was known before, with its dates; the steps after it
/// run all the same.
/// </summary>
public static class CatalogRefresh
{
    /// <param name="present">What is known so far.</param>
    /// <param name="steps">In order: later ones build on what earlier ones found.</param>
    /// <param name="begin">Told before each step; what it gives is told how that step goes on.</param>
    /// <param name="cancellationToken">Stops it; nothing is lost.</param>
    public static async Task<CatalogRefreshed> RunAsync(
        CloudCatalog present, IReadOnlyList<CatalogStep> steps, Func<CatalogStep, ICatalogProgress> begin, CancellationToken cancellationToken)
    {
        List<string> failed = [];
        var catalog = present;
        foreach (var step in steps)
        {
            var progress = begin(step);
            try
            {
                catalog = await step.RunAsync(catalog, progress, cancellationToken);
            }
            catch (CatalogException failure)
            {
                Failed(failure.Message);
            }
            catch (Exception strange) when (strange is KeyNotFoundException or InvalidOperationException or FormatException)
            {
                Failed($"the answer has another form than expected ({strange.Message})");
            }

            void Failed(string why)
            {
                progress.Left($"{step.Name}: {why}");
                failed.Add(step.Name);
            }
        }

        return new CatalogRefreshed(catalog, failed, steps.Count - failed.Count);
    }
}

using Sky.Cli.Hosting;
using Sky.Core.Catalog;
using Sky.Providers.Catalogs;

namespace Sky.Cli.Catalog;

/// <summary>The catalogs of this machine, with a word on how old they are.</summary>
internal sealed class Catalogs(CliContext context, Settings settings)
{
    private readonly CatalogFolder _folder = new(settings.Home);

    /// <summary>One cloud's, or all.</summary>
    public IReadOnlyList<CloudCatalog> Read(string? cloud) => [.. EmbeddedCatalog.Clouds.Where(name => cloud is null || name == cloud).Select(ReadOne)];

    /// <summary>What the marks of prices mean and from when prices are, to standard error.</summary>
    public void TellAge(IEnumerable<CloudCatalog> catalogs)
    {
        context.Screen.ErrorLine(PriceText.Legend);
        foreach (var catalog in catalogs)
        {
            var dates = new[] { CatalogPart.OnDemand, CatalogPart.Spot }.Select(catalog.Part).OfType<CatalogPart>().Where(part => part.Date is not null).Select(part => $"{part.Name} {part.Date:yyyy-MM-dd}");
            var origin = _folder.IsRefreshed(catalog.Cloud) ? "refreshed" : "built in";
            context.Screen.ErrorLine($"{catalog.Cloud}: {origin}, prices of {string.Join(", ", dates.DefaultIfEmpty("no day"))}.");
        }

        context.Screen.ErrorLine(context.AsStarted("Ask the clouds for those of today with `sky catalog refresh`."));
    }

    private CloudCatalog ReadOne(string cloud)
    {
        var catalog = _folder.Read(cloud, out var trouble);
        if (trouble is not null)
        {
            context.Screen.Warn(context.AsStarted(trouble));
        }

        return catalog;
    }
}

using Sky.Core;
using Sky.Core.Catalog;
using Sky.Providers.Catalogs;
using Xunit;

namespace Sky.Providers.Tests.Catalogs;

public sealed class CatalogOfferingsTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("sky-offerings-");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public void There_is_one_list_until_the_catalog_is_another()
    {
        var folder = new CatalogFolder(new SkyHome(_home.FullName));
        var offerings = new CatalogOfferings(folder, "azure");
        var first = offerings.All();
        Assert.NotEmpty(first);
        Assert.Same(first, offerings.All());

        var known = EmbeddedCatalog.Read("azure");
        folder.Write(known with { Offers = [.. known.Offers.Take(1)] });
        var second = offerings.All();
        Assert.True(second.Count < first.Count);
        Assert.Same(second, offerings.All());
    }
}

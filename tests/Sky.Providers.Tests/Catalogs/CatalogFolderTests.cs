using Sky.Core;
using Sky.Core.Catalog;
using Sky.Providers.Catalogs;
using Sky.Providers.Tests.Images;

namespace Sky.Providers.Tests.Catalogs;

public sealed class CatalogFolderTests
{
    [Fact]
    public void What_was_refreshed_goes_before_what_was_built_in()
    {
        using var home = new TempFolder();
        var folder = new CatalogFolder(new SkyHome(home.Path));
        Assert.Equal(EmbeddedCatalog.Read("aws").Types.Count, folder.Read("aws", out var none).Types.Count);
        Assert.Null(none);
        Assert.False(folder.IsRefreshed("aws"));

        folder.Write(new CloudCatalog { Cloud = "aws", Parts = [new CatalogPart(CatalogPart.Hardware, new DateOnly(2026, 8, 1), "here")] });

        var read = folder.Read("aws", out var trouble);
        Assert.Null(trouble);
        Assert.True(folder.IsRefreshed("aws"));
        Assert.Equal("here", read.Part(CatalogPart.Hardware)!.Source);
        Assert.Equal(["aws.catalog"], Directory.GetFiles(System.IO.Path.Combine(home.Path, "catalog")).Select(System.IO.Path.GetFileName));
        Assert.NotEmpty(folder.Read("azure", out _).Types);
    }

    [Fact]
    public void What_cannot_be_read_is_told_and_the_built_in_one_taken()
    {
        using var home = new TempFolder();
        Directory.CreateDirectory(System.IO.Path.Combine(home.Path, "catalog"));
        File.WriteAllText(System.IO.Path.Combine(home.Path, "catalog", "aws.catalog"), "skyswarm catalog 1\ncloud\taws\ntype\tx\n");

        Assert.NotEmpty(new CatalogFolder(new SkyHome(home.Path)).Read("aws", out var trouble).Types);
        Assert.Contains("line 3", trouble, StringComparison.Ordinal);
    }
}

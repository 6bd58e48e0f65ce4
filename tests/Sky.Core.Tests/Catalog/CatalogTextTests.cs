using Sky.Core.Catalog;

namespace Sky.Core.Tests.Catalog;

public sealed class CatalogTextTests
{
    [Theory]
    [InlineData("aws")]
    [InlineData("azure")]
    public void What_is_written_is_read_again(string cloud)
    {
        var written = Written(EmbeddedCatalog.Read(cloud));
        Assert.Equal(written, Written(CatalogText.Read(new StringReader(written))));
    }

    [Fact]
    public void Every_fact_survives()
    {
        var catalog = new CloudCatalog
        {
            Cloud = "aws",
            Parts = [new CatalogPart(CatalogPart.Hardware, null, "a page"), new CatalogPart(CatalogPart.Spot, new DateOnly(2026, 1, 2), "the history")],
            Types = new Dictionary<string, InstanceType>
            {
                ["x.1"] = new() { Name = "x.1", Cpus = 3.5, Memory = 7.25, Architecture = InstanceType.Arm, Accelerator = "A10", AcceleratorCount = 1.0 / 6, AcceleratorMemory = 4, Spot = true },
                ["x.2"] = new() { Name = "x.2", Cpus = 1, Memory = 1, OnDemand = false },
            },
            Offers =
            [
                new RegionOffer
                {
                    Type = "x.1",
                    Region = "r",
                    Zones = ["ra", "r-lax-1a", "2"],
                    OnDemand = CatalogPrice.Recorded(0.125, new DateOnly(2026, 3, 4), "on-demand"),
                    Spot = new Dictionary<string, CatalogPrice> { ["ra"] = CatalogPrice.Recorded(0.03, new DateOnly(2026, 1, 2), "the history") },
                },
                new RegionOffer { Type = "x.2", Region = "q", Spot = new Dictionary<string, CatalogPrice> { [""] = CatalogPrice.Recorded(0.5, new DateOnly(2026, 1, 2), "the history") } },
            ],
        };

        var read = CatalogText.Read(new StringReader(Written(catalog)));

        Assert.Equal(catalog.Parts, read.Parts);
        Assert.Equal(catalog.Types["x.1"] with { AcceleratorCount = 0.166667 }, read.Types["x.1"]);
        Assert.Equal(catalog.Types["x.2"], read.Types["x.2"]);
        Assert.Equal(["ra", "r-lax-1a", "2"], read.Offers[0].Zones);
        Assert.Equal(catalog.Offers[0].OnDemand, read.Offers[0].OnDemand);
        Assert.Equal(catalog.Offers[0].Spot, read.Offers[0].Spot);
        Assert.Equal(catalog.Offers[1].Spot, read.Offers[1].Spot);
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("skyswarm catalog 9\n", "line 1")]
    [InlineData("skyswarm catalog 1\n", "names no cloud")]
    [InlineData("skyswarm catalog 1\ncloud\taws\ntype\tx\tmany\t1\tx86_64\t-\t0\t-\tspot\n", "line 3")]
    [InlineData("skyswarm catalog 1\ncloud\taws\ntype\tx\t1\n", "line 3")]
    [InlineData("skyswarm catalog 1\ncloud\taws\ntype\tx\t1\t1\tx86_64\t-\t0\t-\tspot\noffer\tr\t-\t1@yesterday\t-\n", "line 4")]
    public void What_is_no_catalog_says_where(string text, string where) =>
        Assert.Contains(where, Assert.Throws<FormatException>(() => CatalogText.Read(new StringReader(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void What_a_later_build_says_more_is_passed_over() =>
        Assert.Equal("aws", CatalogText.Read(new StringReader("skyswarm catalog 1\ncloud\taws\nweather\tfine\n")).Cloud);

    private static string Written(CloudCatalog catalog)
    {
        using var text = new StringWriter();
        CatalogText.Write(catalog, text);
        return text.ToString();
    }
}

using System.CommandLine;
using System.Globalization;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Cli.Terminal;
using Sky.Core.Catalog;

namespace Sky.Cli.Catalog;

/// <summary><c>sky gpus list [NAME]</c></summary>
internal sealed class ListGpusVerb(CliContext context, Catalogs catalogs)
{
    public static Command Build(CliContext context)
    {
        var name = new Argument<string?>("NAME") { Description = "A GPU, or an amount of memory such as 80GB+.", Arity = ArgumentArity.ZeroOrOne };
        var cloud = CatalogOptions.Cloud();
        var output = ServiceArguments.Output();
        var command = new SkyCommand("list", "Show which GPUs clouds sell, and for how much; with a name, the instance types that have it.")
        {
            Arguments = { name },
            Options = { cloud, output },
            Examples =
            [
                ("sky gpus list", "all kinds, with their lowest prices"),
                ("sky gpus list A100", "instance types with that one"),
                ("sky gpus list 80GB+ -o json", "all with so much memory, in every region, for programs"),
            ],
        };
        SettingOptions.Add(command, ["SKY_HOME"]);
        command.SetAction(parsed => new ListGpusVerb(context, new Catalogs(context, SettingOptions.Read(context, parsed)))
            .Run(parsed.GetValue(name), parsed.GetValue(cloud), parsed.GetValue(output) == ServiceArguments.Json));
        return command;
    }

    private int Run(string? name, string? cloud, bool json)
    {
        var read = catalogs.Read(cloud);
        var (asked, count) = name is null ? (null, null) : GpuSelection.Split(name);
        var selection = asked is null ? null : GpuSelection.Of(asked, read);
        bool Meant(InstanceType type) => type.Accelerator is not null && (selection?.Has(type) ?? true) && (count is not { } number || Math.Abs(type.AcceleratorCount - number) < 0.01);
        var offers = read.SelectMany(catalog => catalog.Priced(Meant)).ToList();
        if (json)
        {
            context.Screen.Line(OfferJson.Of(offers));
            return ExitCode.Done;
        }

        var table = selection is null ? Kinds(read, offers) : Types(read.SelectMany(catalog => catalog.Types.Values.Where(Meant).Select(type => (catalog.Cloud, type))), offers);
        foreach (var line in table.LinesWithin(context.Screen.Width(), context.Screen, "DATE", "REGIONS"))
        {
            context.Screen.Line(line);
        }

        catalogs.TellAge(read);
        return ExitCode.Done;
    }

    private static TextTable Kinds(IReadOnlyList<CloudCatalog> catalogs, List<PricedOffer> offers)
    {
        var table = new TextTable("GPU", "MEMORY(GB)", "COUNTS", "CLOUDS", "HOURLY($)", "SPOT($)");
        var kinds = catalogs.SelectMany(catalog => catalog.Types.Values.Select(type => (catalog.Cloud, Type: type))).Where(one => one.Type.Accelerator is not null)
            .GroupBy(one => one.Type.Accelerator!).OrderBy(kind => kind.Key, StringComparer.OrdinalIgnoreCase);
        foreach (var kind in kinds)
        {
            var sold = offers.Where(offer => offer.Type.Accelerator == kind.Key).ToList();
            table.Add(
                kind.Key,
                kind.Max(one => one.Type.AcceleratorMemory) is { } memory ? Number(Math.Round(memory, 1)) : "?",
                string.Join(", ", kind.Select(one => one.Type.AcceleratorCount).Distinct().Order().Select(Number)),
                string.Join(", ", kind.Select(one => one.Cloud).Distinct()),
                PriceText.Of(Lowest(sold.Where(offer => offer.Type.OnDemand).Select(offer => offer.OnDemand)) ?? CatalogPrice.Unknown),
                PriceText.Of(Lowest(sold.Select(offer => offer.LowestSpot).OfType<CatalogPrice>())));
        }

        return table;
    }

    private static TextTable Types(IEnumerable<(string Cloud, InstanceType Type)> types, List<PricedOffer> offers)
    {
        var table = new TextTable("GPU", "COUNT", "GPU_MEM(GB)", "CLOUD", "INSTANCE_TYPE", "CPUS", "MEM(GB)", "HOURLY($)", "SPOT($)", "REGION", "REGIONS", "DATE");
        var byType = offers.ToLookup(offer => (offer.Cloud, offer.Type.Name));
        foreach (var (cloud, type) in types.OrderBy(one => one.Type.Accelerator, StringComparer.OrdinalIgnoreCase).ThenBy(one => one.Type.AcceleratorCount).ThenBy(one => one.Cloud).ThenBy(one => one.Type.Cpus))
        {
            var sold = byType[(cloud, type.Name)].ToList();
            var best = sold.MinBy(offer => (offer.OnDemand.Hourly ?? double.MaxValue, offer.OnDemand.Status));
            table.Add(
                type.Accelerator!,
                Number(type.AcceleratorCount),
                type.AcceleratorMemory is { } memory ? Number(Math.Round(memory, 1)) : "?",
                cloud,
                type.Name,
                Number(type.Cpus),
                Number(type.Memory),
                type.OnDemand ? PriceText.Of(best?.OnDemand ?? CatalogPrice.Unknown) : "-",
                type.Spot ? PriceText.Of(Lowest(sold.Select(offer => offer.LowestSpot).OfType<CatalogPrice>()) ?? CatalogPrice.Unknown) : "-",
                best?.Region ?? "?",
                sold.Count == 0 ? "?" : Number(sold.Count),
                PriceText.Day(best?.OnDemand));
        }

        return table;
    }

    // Of two that cost the same, the one that is known.
    private static CatalogPrice? Lowest(IEnumerable<CatalogPrice> prices) => prices.MinBy(price => (price.Hourly ?? double.MaxValue, price.Status));

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}

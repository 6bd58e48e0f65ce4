using System.CommandLine;
using System.Globalization;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Cli.Terminal;
using Sky.Core.Catalog;

namespace Sky.Cli.Catalog;

/// <summary><c>sky catalog list</c></summary>
internal sealed class ListCatalogVerb(CliContext context, Catalogs catalogs)
{
    private const int UsualRows = 50;

    public static Command Build(CliContext context)
    {
        var options = new CatalogOptions();
        var limit = new Option<int?>("--limit") { Description = $"At most so many rows, 0 for all; {UsualRows} in a table, all in JSON.", HelpName = "N" };
        var output = ServiceArguments.Output();
        var command = new SkyCommand("list", "Show what clouds sell: hardware, places and prices, the cheapest first.")
        {
            Examples =
            [
                ("sky catalog list --gpus L4:1", "where one L4 can be had"),
                ("sky catalog list --cloud aws --region us-east-1 --cpus 8+ --memory 32+", "machines without GPUs too"),
                ("sky catalog list --gpus 80GB+:8 --use-spot -o json", "for programs"),
            ],
        };
        options.AddTo(command);
        command.Add(limit);
        command.Add(output);
        SettingOptions.Add(command, ["SKY_HOME"]);
        command.SetAction(parsed => new ListCatalogVerb(context, new Catalogs(context, SettingOptions.Read(context, parsed)))
            .Run(options, parsed, parsed.GetValue(limit), parsed.GetValue(output) == ServiceArguments.Json));
        return command;
    }

    private int Run(CatalogOptions options, ParseResult parsed, int? limit, bool json)
    {
        if (limit < 0)
        {
            throw CliException.InputWrong($"--limit must be 0 or more. Got: {limit}");
        }

        var read = catalogs.Read(options.CloudOf(parsed));
        var offers = options.Select(parsed, read);
        var most = limit switch { null => json ? offers.Count : UsualRows, 0 => offers.Count, { } rows => rows };
        if (json)
        {
            context.Screen.Line(OfferJson.Of(offers.Take(most)));
            return ExitCode.Done;
        }

        if (offers.Count == 0)
        {
            context.Screen.ErrorLine("Nothing in the catalog is like that.");
            return ExitCode.Done;
        }

        foreach (var line in Table(offers.Take(most)).LinesWithin(context.Screen.Width(), context.Screen, "DATE", "ZONES"))
        {
            context.Screen.Line(line);
        }

        if (offers.Count > most)
        {
            context.Screen.ErrorLine($"... and {offers.Count - most} more (--limit 0 shows all).");
        }

        catalogs.TellAge(read);
        return ExitCode.Done;
    }

    private static TextTable Table(IEnumerable<PricedOffer> offers)
    {
        var table = new TextTable("CLOUD", "INSTANCE_TYPE", "CPUS", "MEM(GB)", "GPUS", "GPU_MEM(GB)", "REGION", "ZONES", "HOURLY($)", "SPOT($)", "DATE");
        foreach (var offer in offers)
        {
            var type = offer.Type;
            table.Add(
                offer.Cloud,
                type.Name,
                Number(type.Cpus),
                Number(type.Memory),
                type.Accelerator is null ? "-" : $"{type.Accelerator}:{Number(type.AcceleratorCount)}",
                type.AcceleratorMemory is { } memory ? Number(Math.Round(memory, 1)) : "-",
                offer.Region,
                offer.Zones.Count == 0 ? "?" : string.Join(',', offer.Zones.Select(zone => zone.StartsWith(offer.Region, StringComparison.Ordinal) ? zone[offer.Region.Length..] : zone)),
                type.OnDemand ? PriceText.Of(offer.OnDemand) : "-",
                PriceText.Of(offer.LowestSpot),
                PriceText.Day(offer.OnDemand));
        }

        return table;
    }

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}

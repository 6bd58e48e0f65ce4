using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Sky.Core.Catalog;
using Sky.Core.Specs;

namespace Sky.Cli.Catalog;

/// <summary>Which offers <c>sky catalog list</c> shows.</summary>
internal sealed partial class CatalogOptions
{
    private readonly Option<string?> _cloud = Cloud();
    private readonly Option<string?> _region = new("--region") { Description = "Only this region.", HelpName = "REGION" };
    private readonly Option<string?> _zone = new("--zone") { Description = "Only what this zone has, or may have where zones are not known.", HelpName = "ZONE" };
    private readonly Option<string?> _gpus = new("--gpus") { Description = "Only with these accelerators: A100, A100:8, 80GB+, 80GB+:4.", HelpName = "NAME[:N]" };
    private readonly Option<string?> _cpus = new("--cpus") { Description = "Only with so many CPUs: 4, or 4+ for at least.", HelpName = "N[+]" };
    private readonly Option<string?> _memory = new("--memory") { Description = "Only with so much memory in GB: 16, or 16+ for at least.", HelpName = "GB[+]" };
    private readonly Option<string?> _type = new("--instance-type", "-t") { Description = "Only this type.", HelpName = "TYPE" };
    private readonly Option<bool> _spot = new("--use-spot") { Description = "Only what is sold as spot, by its spot price." };
    private readonly Option<double?> _cost = new("--max-hourly-cost") { Description = "Only what is known to cost at most so much, in US dollars an hour.", HelpName = "USD" };

    public static Option<string?> Cloud()
    {
        var cloud = new Option<string?>("--cloud") { Description = "Only this cloud: aws or azure.", HelpName = "CLOUD" };
        cloud.AcceptOnlyFromAmong([.. EmbeddedCatalog.Clouds]);
        return cloud;
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _cloud, _region, _zone, _gpus, _cpus, _memory, _type, _spot, _cost })
        {
            command.Add(option);
        }
    }

    public string? CloudOf(ParseResult parsed) => parsed.GetValue(_cloud);

    public bool UseSpot(ParseResult parsed) => parsed.GetValue(_spot);

    /// <summary>The offers that are meant, the cheapest first.</summary>
    public IReadOnlyList<PricedOffer> Select(ParseResult parsed, IReadOnlyList<CloudCatalog> catalogs)
    {
        var (spot, most) = (UseSpot(parsed), parsed.GetValue(_cost));
        var (region, zone) = (parsed.GetValue(_region), parsed.GetValue(_zone));
        var fits = Types(parsed, catalogs);
        var offers =
            from offer in catalogs.SelectMany(catalog => catalog.Priced(fits))
            where region is null || offer.Region.Equals(region, StringComparison.OrdinalIgnoreCase)
            where zone is null || offer.Zones.Count == 0 || offer.Zones.Contains(zone, StringComparer.OrdinalIgnoreCase)
            where spot ? offer.Spot.Count > 0 : offer.Type.OnDemand
            let price = spot ? offer.LowestSpot! : offer.OnDemand
            where most is null || (price.IsBound && price.Hourly <= most)
            orderby price.Hourly ?? double.MaxValue, price.Status, offer.Type.Name, offer.Region
            select offer;
        return [.. offers];
    }

    private Func<InstanceType, bool> Types(ParseResult parsed, IReadOnlyList<CloudCatalog> catalogs)
    {
        var (cpus, memory, type) = (Amount(parsed, _cpus), Amount(parsed, _memory), parsed.GetValue(_type));
        var gpus = parsed.GetValue(_gpus) is { } asked ? Accelerators(asked, catalogs) : null;
        return one => (type is null || one.Name.Equals(type, StringComparison.OrdinalIgnoreCase)) && Enough(cpus, one.Cpus) && Enough(memory, one.Memory) && gpus?.Invoke(one) != false;
    }

    private static Func<InstanceType, bool> Accelerators(string asked, IReadOnlyList<CloudCatalog> catalogs)
    {
        var (name, count) = GpuSelection.Split(asked);
        var selection = GpuSelection.Of(name, catalogs);
        return type => selection.Has(type) && (count is not { } number || Math.Abs(type.AcceleratorCount - number) < 0.01);
    }

    private static bool Enough(ResourceAmount? asked, double has) => asked is not { } amount || (amount.AtLeast ? has >= amount.Value : Math.Abs(has - amount.Value) < 1e-9);

    private static ResourceAmount? Amount(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return null;
        }

        var match = Number().Match(text);
        return match.Success
            ? new ResourceAmount(double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), match.Groups[2].Success)
            : throw CliException.InputWrong($"{option.Name} is a number, or one and a plus for at least, such as 4 or 4+. Found: '{text}'");
    }

    [GeneratedRegex(@"\A([0-9]{1,7}(?:\.[0-9]{1,3})?)(?:GB|gb)?(\+)?\z")]
    private static partial Regex Number();
}

using Sky.Core.Images;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads the fields of one candidate apart from its accelerator.</summary>
internal sealed class CandidateReader(SpecProblems problems)
{
    private const string DockerPrefix = "docker:";

    public ResourceCandidate Read(CandidateFields fields)
    {
        var amounts = new AmountReader(problems);
        var place = Place(fields);
        CheckImage(fields);
        amounts.WholeGigabytes(fields["ephemeral_storage"], fields.PathOf("ephemeral_storage"));
        return new()
        {
            Cloud = place.Cloud,
            Region = place.Region,
            Zone = place.Zone,
            Cpus = amounts.Cpus(fields["cpus"], fields.PathOf("cpus")),
            Memory = amounts.Memory(fields["memory"], fields.PathOf("memory")),
            DiskSize = amounts.WholeGigabytes(fields["disk_size"], fields.PathOf("disk_size")),
            DiskTier = NotNone(fields["disk_tier"]),
            NetworkTier = NotNone(fields["network_tier"]),
            InstanceType = fields["instance_type"].AsText(),
            UseSpot = fields["use_spot"].AsBoolean() ?? false,
            MaxHourlyCost = fields["max_hourly_cost"].AsNumber(),
            ImageId = fields["image_id"].AsText(),
            Ports = new PortsReader(problems).Read(fields["ports"], fields.PathOf("ports")),
            Labels = Labels(fields),
        };
    }

    private static string? NotNone(YamlNode? node) =>
        node.AsText()?.ToLowerInvariant() is { } text && text != "none" ? text : null;

    private void CheckImage(CandidateFields fields)
    {
        if (fields["image_id"].AsText() is { } id && id.StartsWith(DockerPrefix, StringComparison.OrdinalIgnoreCase) && ImageReference.Parse(id[DockerPrefix.Length..].Trim()) is null)
        {
            problems.Error(fields["image_id"]!.Line, fields.PathOf("image_id"), $"'{id}' does not name an image. Write for example docker:ghcr.io/team/model:1.0.");
        }
    }

    private InfraPlace Place(CandidateFields fields)
    {
        var common = InMap(fields.Common, "resources") ?? InfraPlace.Any;
        if (fields.Own is not { } own || InMap(own, fields.Path) is not { } place)
        {
            return common;
        }
        return own["infra"] is not null
            ? place
            : new(place.Cloud ?? common.Cloud, place.Region ?? common.Region, place.Zone ?? common.Zone);
    }

    private InfraPlace? InMap(YamlNode.Mapping map, string path)
    {
        var parts = new[] { "cloud", "region", "zone" }.Where(key => map[key] is not null).ToArray();
        if (map["infra"] is not { } infra)
        {
            return parts.Length == 0 ? null : new(Lower(map["cloud"]), map["region"].AsText(), map["zone"].AsText());
        }
        if (parts.Length > 0)
        {
            problems.Error(infra.Line, path + ".infra",
                $"Cannot specify both `infra` (line {infra.Line}) and {string.Join(", ", parts.Select(key => $"`{key}` (line {map.Find(key)!.Line})"))}. Keep `infra`, such as infra: aws/us-east-1.");
        }
        if (infra.AsText() is { } text && InfraPlace.Parse(text) is null)
        {
            problems.Error(infra.Line, path + ".infra", $"'{text}' is not of the form cloud[/region[/zone]]. Write for example aws/us-east-1, local, or */us-east-1.");
        }
        return infra.AsText() is { } written ? InfraPlace.Parse(written) : null;
    }

    private static string? Lower(YamlNode? node) => node.AsText()?.Trim().ToLowerInvariant() switch
    {
        "k8s" => "kubernetes",
        var cloud => cloud,
    };

    private static Dictionary<string, string> Labels(CandidateFields fields)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var map in new[] { fields.Common, fields.Own })
        {
            foreach (var entry in (map?["labels"] as YamlNode.Mapping)?.Entries ?? [])
            {
                if (entry.Value.AsText() is { } value)
                {
                    labels[entry.Key] = value;
                }
            }
        }
        return labels;
    }
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sky.Testing.Clouds.Azure;

/// <summary>Resource groups.</summary>
internal static partial class ArmGroups
{
    public static JsonNode List(ArmWorld world, ArmCall call)
    {
        var filter = call.Query.GetValueOrDefault("$filter");
        var tag = filter is null ? null : Tag().Match(filter);
        return ArmAnswer.List(world.Of(ArmId.Groups).Where(group => tag is null || (string?)group["tags"]?[tag.Groups[1].Value] == tag.Groups[2].Value));
    }

    public static ArmAnswer Put(ArmWorld world, ArmCall call, ArmId id)
    {
        var known = world.Find(id.Path);
        var group = new JsonObject
        {
            ["id"] = id.Path,
            ["name"] = id.Name,
            ["type"] = ArmId.Groups,
            ["location"] = call.Body?["location"]?.DeepClone() ?? throw new ArmException(ArmError.Bad("LocationRequired", "The location property is required for this definition.")),
            ["tags"] = call.Body["tags"]?.DeepClone(),
            ["properties"] = new JsonObject { ["provisioningState"] = "Succeeded" },
        };

        world.Put(group);
        return new ArmAnswer(known is null ? 201 : 200, group);
    }

    [GeneratedRegex("tagName eq '([^']+)' and tagValue eq '([^']+)'")]
    private static partial Regex Tag();
}

using System.Text.Json.Nodes;

namespace Sky.Testing.Clouds.Azure;

/// <summary>Which part answers a call. Used under the endpoint's lock.</summary>
internal sealed class ArmRouter(ArmWorld world, ArmMachines machines)
{
    /// <summary>Few, so that lists have pages.</summary>
    private const int PageSize = 2;

    public ArmAnswer Answer(ArmCall call)
    {
        var id = call.Id ?? throw new ArmException(new ArmError(404, "NotFound", $"There is nothing at {call.Path}."));
        if (id.Type.EndsWith("/locations/operations", StringComparison.OrdinalIgnoreCase))
        {
            return Poll(call, id);
        }

        if (world.FinishesByItself && call.Method is "GET" or "HEAD")
        {
            world.Settle();
        }

        if (id.Group is not null && !id.Is(ArmId.Groups) && world.Find($"/subscriptions/{id.Subscription}/resourceGroups/{id.Group}") is null)
        {
            throw new ArmException(new ArmError(404, "ResourceGroupNotFound", $"Resource group '{id.Group}' could not be found."));
        }

        return call.Method switch
        {
            "GET" or "HEAD" => Get(call, id),
            "PUT" => Put(call, id),
            "DELETE" => Delete(id),
            _ => throw new ArmException(new ArmError(405, "MethodNotAllowed", $"{call.Method} is not allowed.")),
        };
    }

    private ArmAnswer Poll(ArmCall call, ArmId id)
    {
        var operation = world.Poll(id.Name!) ?? throw new ArmException(new ArmError(404, "NotFound", $"There is no operation {id.Name}."));
        if (call.Query.ContainsKey("result"))
        {
            return new ArmAnswer(operation.IsDone ? 204 : 202) { Operation = operation.IsDone ? null : operation };
        }

        var body = new JsonObject { ["name"] = id.Name, ["status"] = !operation.IsDone ? "InProgress" : operation.Error is null ? "Succeeded" : "Failed" };
        if (operation.Error is { } error)
        {
            body["error"] = ArmAnswer.Error(error)["error"]!.DeepClone();
        }

        return new ArmAnswer(200, body);
    }

    private ArmAnswer Get(ArmCall call, ArmId id)
    {
        if (id.Name is null)
        {
            return new ArmAnswer(200, List(call, id));
        }

        var found = world.Find(id.Path) ?? throw new ArmException(id.Is(ArmId.Groups)
            ? new ArmError(404, "ResourceGroupNotFound", $"Resource group '{id.Name}' could not be found.")
            : new ArmError(404, "ResourceNotFound", $"The Resource '{id.Type}/{id.Name}' under resource group '{id.Group}' was not found."));
        var withView = string.Equals(call.Query.GetValueOrDefault("$expand"), "instanceView", StringComparison.OrdinalIgnoreCase);
        return call.Method == "HEAD" ? new ArmAnswer(204) : new ArmAnswer(200, id.Is(ArmMachines.Type) ? ArmMachines.Shown(found, withView) : found.DeepClone());
    }

    private JsonNode List(ArmCall call, ArmId id)
    {
        if (id.Is(ArmId.Groups))
        {
            return Page(call, (JsonObject)ArmGroups.List(world, call));
        }

        if (id.Is(ArmId.Groups + "/resources"))
        {
            return Page(call, ArmAnswer.List(world.All.Where(one => ((string)one["id"]!).Contains($"/resourceGroups/{id.Group}/", StringComparison.OrdinalIgnoreCase))));
        }

        var found = world.Of(id.Type, id.Group);
        if (!id.Is(ArmMachines.Type))
        {
            return Page(call, ArmAnswer.List(found));
        }

        var statusOnly = call.Query.GetValueOrDefault("statusOnly") == "true";
        var shown = found.Select(machine => ArmMachines.Shown(machine, statusOnly)).ToList();
        if (statusOnly)
        {
            // Tags are not promised there.
            shown.ForEach(machine => machine.Remove("tags"));
        }

        return Page(call, ArmAnswer.List(shown));
    }

    private static JsonObject Page(ArmCall call, JsonObject list)
    {
        var all = list["value"]!.AsArray();
        var from = int.Parse(call.Query.GetValueOrDefault("$skipToken", "0"), System.Globalization.CultureInfo.InvariantCulture);
        var page = new JsonObject { ["value"] = new JsonArray([.. all.Skip(from).Take(PageSize).Select(one => one!.DeepClone())]) };
        if (from + PageSize < all.Count)
        {
            var query = call.Query.Where(pair => pair.Key != "$skipToken").Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}");
            page["nextLink"] = $"{call.Path}?{string.Join('&', query)}&$skipToken={from + PageSize}";
        }

        return page;
    }

    private ArmAnswer Put(ArmCall call, ArmId id) =>
        id.Is(ArmId.Groups) ? ArmGroups.Put(world, call, id)
        : id.Is(ArmMachines.Type) ? machines.Put(call, id)
        : id.Type.StartsWith("Microsoft.Network/", StringComparison.OrdinalIgnoreCase) ? ArmNetworks.Put(world, call, id)
        : throw new ArmException(ArmError.Bad("InvalidResourceType", $"The resource type {id.Type} could not be found."));

    private ArmAnswer Delete(ArmId id) =>
        id.Is(ArmMachines.Type) ? machines.Delete(id)
        : id.Type.StartsWith("Microsoft.Network/", StringComparison.OrdinalIgnoreCase) ? ArmNetworks.Delete(world, id)
        : id.Is(ArmId.Groups) ? new ArmAnswer(202) { Operation = world.Begin(() => world.RemoveAll(id.Path)) }
        : id.Is("Microsoft.Compute/disks") ? world.Find(id.Path) is null ? new ArmAnswer(204) : new ArmAnswer(202) { Operation = world.Begin(() => world.Remove(id.Path)) }
        : throw new ArmException(new ArmError(405, "MethodNotAllowed", $"{id.Type} is not deleted here."));
}

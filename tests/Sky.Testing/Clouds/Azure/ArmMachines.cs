using System.Text.Json.Nodes;

namespace Sky.Testing.Clouds.Azure;

/// <summary>Microsoft.Compute: machines with their disks, from the answer 201 until they run or have failed, and their ends.</summary>
internal sealed class ArmMachines(ArmWorld world)
{
    public const string Type = "Microsoft.Compute/virtualMachines";

    /// <summary>What the machines fail with that are taken on next, in order.</summary>
    public Queue<ArmError> Failures { get; } = new();

    /// <summary>The same of spot machines alone; these come first.</summary>
    public Queue<ArmError> SpotFailures { get; } = new();

    public ArmAnswer Put(ArmCall call, ArmId id)
    {
        var body = ArmNetworks.Resource(call, id);
        ArmMachineChecks.Check(world, id, body);
        if (world.Find(id.Path) is { } known)
        {
            ArmMachineChecks.Same(known, body);
            return new ArmAnswer(200, Shown(known, withView: false));
        }

        var properties = (JsonObject)body["properties"]!;
        properties["vmId"] = Guid.NewGuid().ToString();
        State(body, "Creating", "ProvisioningState/creating", null);
        world.Put(body);
        ArmError? failure = null;
        if ((string?)properties["priority"] != "Spot" || !SpotFailures.TryDequeue(out failure))
        {
            Failures.TryDequeue(out failure);
        }

        var operation = world.Begin(() => Made(id, body, failure));
        return new ArmAnswer(201, Shown(body, withView: false)) { Operation = operation };
    }

    public ArmAnswer Delete(ArmId id)
    {
        if (world.Find(id.Path) is not { } machine)
        {
            return new ArmAnswer(204);
        }

        State(machine, "Deleting", "ProvisioningState/deleting", null);
        return new ArmAnswer(202) { Operation = world.Begin(() => Gone(machine)) };
    }

    /// <summary>Azure takes a spot machine away, as its eviction policy says.</summary>
    public void Evict(JsonObject machine)
    {
        if ((string?)machine["properties"]!["evictionPolicy"] == "Delete")
        {
            Gone(machine);
        }
        else
        {
            Stop(machine, "deallocated");
        }
    }

    public static void Stop(JsonObject machine, string power) => State(machine, "Succeeded", "ProvisioningState/succeeded", $"PowerState/{power}");

    /// <summary>As it is answered: what is secret is never shown, and the instance view only to who asks for it.</summary>
    public static JsonObject Shown(JsonObject machine, bool withView)
    {
        var shown = (JsonObject)machine.DeepClone();
        var properties = (JsonObject)shown["properties"]!;
        (properties["osProfile"] as JsonObject)?.Remove("customData");
        if (!withView)
        {
            properties.Remove("instanceView");
        }

        return shown;
    }

    private void Made(ArmId id, JsonObject body, ArmError? failure)
    {
        if (failure is not null)
        {
            State(body, "Failed", $"ProvisioningState/failed/{failure.Code}", null, failure.Message);
            throw new ArmException(failure);
        }

        if (world.Find(id.Path) is null || (string?)body["properties"]!["provisioningState"] != "Creating")
        {
            return;
        }

        var disk = $"{id.Path[..id.Path.IndexOf("/providers/", StringComparison.OrdinalIgnoreCase)]}/providers/Microsoft.Compute/disks/{body["properties"]!["storageProfile"]!["osDisk"]!["name"]}";
        world.Put(new JsonObject
        {
            ["id"] = disk, ["name"] = disk[(disk.LastIndexOf('/') + 1)..], ["type"] = "Microsoft.Compute/disks", ["location"] = body["location"]!.DeepClone(), ["managedBy"] = id.Path,
            ["properties"] = new JsonObject { ["provisioningState"] = "Succeeded", ["encryption"] = new JsonObject { ["type"] = "EncryptionAtRestWithPlatformKey" } },
        });
        State(body, "Succeeded", "ProvisioningState/succeeded", "PowerState/running");
    }

    /// <summary>The machine goes, and with it what bears <c>deleteOption: Delete</c>; the rest stays.</summary>
    private void Gone(JsonObject machine)
    {
        var id = (string)machine["id"]!;
        world.Remove(id);
        var properties = machine["properties"]!;
        if ((string?)properties["storageProfile"]!["osDisk"]!["deleteOption"] == "Delete")
        {
            foreach (var disk in world.Of("Microsoft.Compute/disks").Where(disk => (string?)disk["managedBy"] == id).ToList())
            {
                world.Remove((string)disk["id"]!);
            }
        }

        foreach (var used in properties["networkProfile"]!["networkInterfaces"]!.AsArray().Where(used => (string?)used!["properties"]?["deleteOption"] == "Delete").ToList())
        {
            if (world.Find((string)used!["id"]!) is { } card)
            {
                world.Remove((string)card["id"]!);
                foreach (var address in card["properties"]!["ipConfigurations"]!.AsArray().Select(one => one!["properties"]?["publicIPAddress"]).OfType<JsonNode>())
                {
                    if ((string?)address["properties"]?["deleteOption"] == "Delete")
                    {
                        world.Remove((string)address["id"]!);
                    }
                }
            }
        }
    }

    private static void State(JsonObject machine, string state, string code, string? power, string? message = null)
    {
        var properties = machine["properties"]!;
        properties["provisioningState"] = state;
        var statuses = new JsonArray(new JsonObject { ["code"] = code, ["level"] = state == "Failed" ? "Error" : "Info", ["displayStatus"] = state, ["message"] = message });
        if (power is not null)
        {
            statuses.Add(new JsonObject { ["code"] = power, ["level"] = "Info", ["displayStatus"] = "VM " + power });
        }

        properties["instanceView"] = new JsonObject { ["statuses"] = statuses };
    }
}

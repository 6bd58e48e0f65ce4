using System.Text.Json.Nodes;

namespace Sky.Testing.Clouds.Azure;

/// <summary>What Azure refuses of a machine before it begins.</summary>
internal static class ArmMachineChecks
{
    public static void Check(ArmWorld world, ArmId id, JsonObject body)
    {
        var properties = body["properties"]!;
        Need((string?)properties["hardwareProfile"]?["vmSize"] is not null, "The required property hardwareProfile.vmSize is missing.");
        Need(properties["storageProfile"]?["imageReference"] is not null, "The required property storageProfile.imageReference is missing.");
        Need((string?)properties["osProfile"]?["computerName"] is { Length: > 0 and <= 64 }, "The computer name must have 1 to 64 characters.");
        Need((string?)properties["osProfile"]?["adminPassword"] is null, "A password was given.");
        var linux = properties["osProfile"]?["linuxConfiguration"];
        Need((bool?)linux?["disablePasswordAuthentication"] == true, "Authentication using either SSH or by user name and password must be enabled in Linux profile.");
        Need(IsKey((string?)linux?["ssh"]?["publicKeys"]?[0]?["keyData"]), "The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid.");
        Need((string?)properties["osProfile"]?["customData"] is not { } data || IsBase64(data), "Custom data in OSProfile must be in Base64 encoding and with a maximum length of 87380 characters.");
        if ((string?)properties["priority"] != "Spot")
        {
            Refuse(properties["evictionPolicy"] is not null, "EvictionPolicyCanBeSetOnlyOnAzureSpotVirtualMachines", "Eviction policy can be set only on Azure Spot Virtual Machines.");
            Refuse(properties["billingProfile"] is not null, "MaxPriceIsSupportedOnlyForAzureSpotVirtualMachines", "Max price is supported only for Azure Spot Virtual Machines.");
        }

        foreach (var used in properties["networkProfile"]?["networkInterfaces"]?.AsArray() ?? [])
        {
            world.Need((string)used!["id"]!);
            if (world.Of(ArmMachines.Type).FirstOrDefault(other => !string.Equals((string?)other["id"], id.Path, StringComparison.OrdinalIgnoreCase)
                && other.ToJsonString().Contains($"\"{used["id"]}\"", StringComparison.OrdinalIgnoreCase)) is { } other)
            {
                throw new ArmException(ArmError.Bad("NicInUse", $"Network interface {used["id"]} is used by {other["id"]}."));
            }
        }
    }

    /// <summary>A machine that is there takes the same request again, and no other that it cannot follow.</summary>
    public static void Same(JsonObject known, JsonObject body)
    {
        foreach (var what in new[] { "customData", "linuxConfiguration" })
        {
            if (!JsonNode.DeepEquals(known["properties"]!["osProfile"]![what], body["properties"]!["osProfile"]![what]))
            {
                throw new ArmException(new ArmError(409, "PropertyChangeNotAllowed", $"Changing property 'osProfile.{what}' is not allowed."));
            }
        }
    }

    private static void Need(bool right, string message) => Refuse(!right, "InvalidParameter", message);

    private static void Refuse(bool wrong, string code, string message)
    {
        if (wrong)
        {
            throw new ArmException(ArmError.Bad(code, message));
        }
    }

    private static bool IsBase64(string text) => text.Length <= 87380 && Convert.TryFromBase64String(text, new byte[text.Length], out _);

    // RFC 4253: "ssh-rsa", the exponent and the modulus, each with its length before it.
    private static bool IsKey(string? key) => key?.Split(' ') is ["ssh-rsa", var blob] && IsBase64(blob)
        && Convert.FromBase64String(blob) is { Length: > 200 } bytes && bytes.AsSpan(4, 7).SequenceEqual("ssh-rsa"u8);
}

using System.Text.Json.Nodes;
using Sky.Core.Images;
using Sky.Core.Images.Scanning;

namespace Sky.Providers.Images.Scanning;

/// <summary>The findings in one page of <c>DescribeImageScanFindings</c>: those of basic scanning, which knows nothing of fixes, and of enhanced scanning.</summary>
internal static class EcrFindings
{
    /// <exception cref="ImageException">It is not such an answer.</exception>
    public static IReadOnlyList<Finding> Of(JsonObject page)
    {
        if (page["imageScanFindings"] is not JsonObject scan)
        {
            throw new ImageException(ImageFailure.Unavailable, "What Amazon ECR says of the image has no findings in it, not even that there are none.");
        }
        return [.. List(scan["findings"]).Select(Basic), .. List(scan["enhancedFindings"]).SelectMany(Enhanced)];
    }

    private static Finding Basic(JsonObject found) => new()
    {
        Id = Text(found["name"]) ?? "?",
        Severity = SeverityOf(found),
        Package = Attribute(found, "package_name") ?? "?",
        Installed = Attribute(found, "package_version"),
        Title = Text(found["description"]),
    };

    private static IEnumerable<Finding> Enhanced(JsonObject found)
    {
        var details = found["packageVulnerabilityDetails"] as JsonObject;
        var finding = new Finding { Id = Text(details?["vulnerabilityId"]) ?? Text(found["title"]) ?? "?", Severity = SeverityOf(found), Package = "?", Title = Text(found["title"]) };
        var packages = List(details?["vulnerablePackages"]).ToList();
        return packages.Count == 0 ? [finding] : packages.Select(package => finding with
        {
            Package = Text(package["name"]) ?? "?",
            Installed = Text(package["version"]),
            Fixed = Text(package["fixedInVersion"]) is { } version && version != "NotAvailable" ? version : null,
            Unfixed = Text(package["fixedInVersion"]) == "NotAvailable" || Text(found["fixAvailable"]) == "NO",
        });
    }

    private static Severity SeverityOf(JsonObject found) => Text(found["severity"])?.ToUpperInvariant() switch
    {
        "CRITICAL" => Severity.Critical,
        "HIGH" => Severity.High,
        "MEDIUM" => Severity.Medium,
        "LOW" or "INFORMATIONAL" => Severity.Low,
        _ => Severity.Unknown,
    };

    private static string? Attribute(JsonObject found, string key) =>
        List(found["attributes"]).Where(one => Text(one["key"]) == key).Select(one => Text(one["value"])).FirstOrDefault();

    private static IEnumerable<JsonObject> List(JsonNode? node) => (node as JsonArray ?? []).OfType<JsonObject>();

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}

using System.Text.Json;
using Sky.Core.Images;
using Sky.Core.Images.Scanning;

namespace Sky.Providers.Images.Scanning;

/// <summary>Trivy's JSON report, its schema version 2: <c>Results[].Vulnerabilities[]</c>.</summary>
internal static class TrivyReport
{
    private const int Schema = 2;

    /// <param name="json">What Trivy wrote.</param>
    /// <param name="image">The image it is of, pinned.</param>
    /// <param name="now">When it was scanned.</param>
    /// <exception cref="ImageException">It is not such a report.</exception>
    public static ScanReport Read(string json, string image, DateTimeOffset now)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("SchemaVersion", out var schema) || schema.GetInt32() != Schema || !root.TryGetProperty("ArtifactName", out _))
            {
                throw Unreadable("it is no report of schema version 2");
            }
            // An image in which Trivy knows no package has no results at all.
            var results = root.TryGetProperty("Results", out var listed) && listed.ValueKind != JsonValueKind.Null ? listed.EnumerateArray().ToList() : [];
            return new ScanReport
            {
                Scanner = Scanner.Trivy,
                Image = image,
                ScannedAt = now,
                Recognised = results.Count,
                Findings = [.. results.SelectMany(Vulnerabilities).Select(Finding)],
            }.Counted();
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Unreadable(bad.Message, bad);
        }
    }

    private static IEnumerable<JsonElement> Vulnerabilities(JsonElement result) =>
        result.TryGetProperty("Vulnerabilities", out var list) && list.ValueKind != JsonValueKind.Null ? list.EnumerateArray() : [];

    private static Finding Finding(JsonElement found)
    {
        var mended = Text(found, "FixedVersion");
        return new()
        {
            Id = found.GetProperty("VulnerabilityID").GetString() ?? throw new FormatException("a vulnerability has no id"),
            Severity = Enum.TryParse<Severity>(Text(found, "Severity"), ignoreCase: true, out var severity) && Enum.IsDefined(severity) ? severity : Severity.Unknown,
            Package = Text(found, "PkgName") ?? "?",
            Installed = Text(found, "InstalledVersion"),
            Fixed = mended,
            Unfixed = mended is null,
            Title = Text(found, "Title"),
        };
    }

    private static string? Text(JsonElement found, string name) => found.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text ? text : null;

    private static ImageException Unreadable(string why, Exception? inner = null) =>
        new(ImageFailure.Unavailable, $"What Trivy says cannot be understood, so that nothing is known of the image: {why}.", inner);
}

namespace Sky.Core.Specs.Schema;

/// <summary>The fields of <c>security:</c>.</summary>
internal static class SecurityFields
{
    public static TextForm Vulnerability { get; } = new("^[A-Za-z]+-[A-Za-z0-9-]+$", "be the id of a vulnerability, such as CVE-2026-1234");

    private static FieldGroup Ignored { get; } = new("security.scan.ignore[]", "A vulnerability that was looked at and is lived with.",
    [
        new("id", FieldTypes.Text, "Its id.") { Required = true, Form = Vulnerability, Example = "CVE-2026-1234" },
        new("until", FieldTypes.Text, "The last day (UTC) on which it is, such as 2027-01-31; for ever when it is left out.")
        {
            Form = new("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "be a day, such as 2027-01-31"),
        },
    ]);

    public static FieldGroup Scan { get; } = new("security.scan", "What an image must be free of for a version to be accepted.",
    [
        new("scanner", FieldTypes.Text, "Who looks: Trivy's command where `sky` runs, Amazon ECR where the image was pushed to, or nobody.") { Required = true, Choices = ["trivy", "ecr", "none"] },
        new("fail_on", FieldTypes.Text, "Findings of this severity and above refuse the image.") { Default = "critical", Choices = ["critical", "high", "medium", "low", "unknown"] },
        new("ignore_unfixed", FieldTypes.Boolean, "Findings that no released version mends do not refuse it.") { Default = "false" },
        new("ignore", FieldTypes.List, "Vulnerabilities that do not refuse it: an id, or a mapping with the day until which it is so.")
        {
            Each = new("vulnerability", FieldTypes.Text | FieldTypes.Map, "") { Form = Vulnerability, Fields = Ignored }, MostParts = 1000,
        },
    ]);

    public static FieldGroup Group { get; } = new("security", "What a replica's image must be free of.",
    [
        new("scan", FieldTypes.Map, "The gate that images pass.") { Fields = Scan },
    ]);
}

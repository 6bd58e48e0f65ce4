using System.Globalization;
using System.Text;
using Sky.Core.Specs.Schema;

namespace Sky.Core.Specs;

/// <summary>The tables of the service file's reference, from the table of fields that the reader itself uses.</summary>
public static class SpecReference
{
    private static readonly FieldGroup[] Groups =
    [
        TaskFields.Group, SecretFields.Group, ServiceFields.Group, ProbeFields.Group, PolicyFields.Group, MetricFields.Group, ServiceFields.LoadBalancer, ServiceFields.Weights, ServiceFields.Session, ServiceFields.UpdatePolicy,
        ServiceFields.Hold, StayingUpFields.Outliers, StayingUpFields.Timeouts, StayingUpFields.Hedge, ServiceFields.Tls, AccessFields.UpstreamAuth, AccessFields.Limits, ServiceFields.Budget, ServiceFields.Prices, ResourcesFields.Group, TaskFields.Networking, TaskFields.Image, TaskFields.Build, SecurityFields.Group, SecurityFields.Scan, TaskFields.GitWorkdir,
        MountFields.Storage, MountFields.Volume, MountFields.VolumeMount, MountFields.ManagedSecret, MountFields.Disk, ResourcesFields.Autostop,
        ResourcesFields.TpuOptions, ConfigFields.Group, ConfigFields.Hook,
    ];

    private static readonly (FieldTypes Type, string Name)[] Names =
    [
        (FieldTypes.Boolean, "true/false"),
        (FieldTypes.Integer, "integer"),
        (FieldTypes.Number, "number"),
        (FieldTypes.Text, "text"),
        (FieldTypes.List, "list"),
        (FieldTypes.Map, "mapping"),
    ];

    /// <summary>Markdown: one heading and table for each mapping of the file.</summary>
    public static string Generate()
    {
        var text = new StringBuilder();
        foreach (var group in Groups)
        {
            text.Append(CultureInfo.InvariantCulture, $"### {(group.Path.Length == 0 ? "Top of the file" : $"`{group.Path}`")}\n\n{group.Description}\n\n");
            text.Append("| field | value | default | meaning |\n| --- | --- | --- | --- |\n");
            foreach (var field in group.Fields.Where(field => field.Use is FieldUse.Used or FieldUse.Kept))
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{field.Name}` | {Value(field)} | {Default(field)} | {Meaning(field)} |\n");
            }
            text.Append('\n');
            foreach (var field in group.Fields.Where(field => field.Use is FieldUse.Retired))
            {
                text.Append(CultureInfo.InvariantCulture, $"- `{field.Name}` is no longer used: {field.Instead}\n");
            }
            text.Append(group.Fields.Any(field => field.Use is FieldUse.Retired) ? "\n" : "");
        }
        return text.ToString().TrimEnd() + "\n";
    }

    private static string Value(SpecField field)
    {
        if (field.Choices.Count > 0)
        {
            return string.Join(", ", field.Choices.Select(choice => $"`{choice}`"));
        }
        var types = field.Types switch
        {
            FieldTypes.Any => "anything",
            FieldTypes.Scalar => "text",
            _ => string.Join(" or ", Names.Where(name => field.Types.HasFlag(name.Type)).Select(name => name.Name)),
        };
        return types + Range(field);
    }

    private static string Range(SpecField field) => field switch
    {
        { Above: { } above } => $", above {Number(above)}",
        { Minimum: { } low, Maximum: { } high } when low != 0 => $", {Number(low)} to {Number(high)}",
        { Minimum: { } low } => $", {Number(low)} or more",
        _ => "",
    };

    private static string Default(SpecField field) => field.Default is { } value ? $"`{value}`" : field.Required ? "required" : "";

    private static string Meaning(SpecField field) =>
        field.Description.Replace("|", "\\|", StringComparison.Ordinal) + field switch
        {
            { Use: FieldUse.Kept, ActedOn: { } start } => $" *Kept, not acted on yet but for `{start}`.*",
            { Use: FieldUse.Kept } => " *Kept, not acted on yet.*",
            _ => "",
        };

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}

using System.Text.Json;

namespace Sky.Core.Specs.Schema;

/// <summary>Writes groups of fields as JSON Schema. Every keyword it writes is one of draft 7.</summary>
internal sealed class SchemaWriter(Utf8JsonWriter writer)
{
    private static readonly (FieldTypes Type, string Name)[] Names =
    [
        (FieldTypes.Text, "string"),
        (FieldTypes.Integer, "integer"),
        (FieldTypes.Number, "number"),
        (FieldTypes.Boolean, "boolean"),
        (FieldTypes.List, "array"),
        (FieldTypes.Map, "object"),
    ];

    /// <summary>Writes the keywords of an object with these fields into the object that is open.</summary>
    public void WriteGroup(FieldGroup group)
    {
        writer.WriteString("description", group.Description);
        writer.WriteString("type", "object");
        WriteFields(group);
    }

    private void WriteFields(FieldGroup group)
    {
        writer.WriteStartObject("properties");
        foreach (var field in group.Fields.Where(field => field.Use is not FieldUse.Refused))
        {
            writer.WriteStartObject(field.Name);
            WriteField(field);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        var required = group.Fields.Where(field => field.Required).Select(field => field.Name).ToArray();
        if (required.Length > 0)
        {
            WriteList("required", required);
        }
        writer.WriteBoolean("additionalProperties", group.Open);
        if (group.OneOf.Count > 0)
        {
            WriteOneOf(group);
        }
    }

    private void WriteOneOf(FieldGroup group)
    {
        writer.WriteStartArray("anyOf");
        // A value of another kind, such as text, is none of the group's business.
        foreach (var name in group.OneOf)
        {
            writer.WriteStartObject();
            WriteList("required", [name]);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private void WriteField(SpecField field)
    {
        if (field.Description.Length > 0 || field.Use is FieldUse.Retired)
        {
            writer.WriteString("description", Description(field));
        }
        if (field.Use is FieldUse.Retired)
        {
            writer.WriteBoolean("deprecated", true);
            return;
        }
        WriteTypes(field.Types, mayBeNull: !field.Required);
        WriteBounds(field.Minimum, field.Above, field.Maximum);
        WriteForms(field);
        if (field.Choices.Count > 0)
        {
            WriteList("enum", field.Choices);
        }
        if (field.Example is { } example)
        {
            WriteList("examples", [example]);
        }
        if (field.Fields is { } fields)
        {
            WriteFields(fields);
        }
        WriteParts(field);
    }

    private static string Description(SpecField field) => field switch
    {
        { Use: FieldUse.Retired } => $"No longer used: {field.Instead}",
        { Use: FieldUse.Kept } => $"{field.Description} Accepted and kept; not acted on yet.",
        { Default: { } value } => $"{field.Description} Default: {value}.",
        _ => field.Description,
    };

    private void WriteTypes(FieldTypes types, bool mayBeNull)
    {
        if (types == FieldTypes.Any)
        {
            return;
        }
        var names = Names.Where(name => types.HasFlag(name.Type)).Select(name => name.Name).ToList();
        var fillable = !types.HasFlag(FieldTypes.Text) && (types & FieldTypes.Scalar | types & FieldTypes.Integer) != FieldTypes.None;
        if (fillable)
        {
            names.Add("string");
        }
        if (mayBeNull)
        {
            names.Add("null");
        }
        WriteList("type", names);
        if (fillable)
        {
            // A number may be written as a variable that is filled in.
            writer.WriteString("pattern", "\\$");
        }
    }

    // A text with a variable is checked once that is filled in.
    private void WriteForms(SpecField field)
    {
        if (field.Form is { } form)
        {
            writer.WriteString("pattern", $"{form.Pattern}|\\$[a-zA-Z_{{]");
        }
        if (field.MostCharacters is { } characters)
        {
            writer.WriteNumber("maxLength", characters);
        }
        if (field.KeyForm is { } keys)
        {
            writer.WriteStartObject("propertyNames");
            writer.WriteString("pattern", keys.Pattern);
            writer.WriteEndObject();
        }
        if (field.MostParts is { } most)
        {
            foreach (var keyword in new[] { (FieldTypes.Map, "maxProperties"), (FieldTypes.List, "maxItems") }.Where(of => field.Types.HasFlag(of.Item1)))
            {
                writer.WriteNumber(keyword.Item2, most);
            }
        }
    }

    private void WriteBounds(double? minimum, double? above, double? maximum)
    {
        foreach (var (keyword, value) in new[] { ("minimum", minimum), ("exclusiveMinimum", above), ("maximum", maximum) })
        {
            if (value is { } bound)
            {
                writer.WriteNumber(keyword, bound);
            }
        }
    }

    private void WriteParts(SpecField field)
    {
        if (field.ItemFields is { } items)
        {
            writer.WriteStartObject("items");
            WriteGroup(items);
            writer.WriteEndObject();
            return;
        }
        if (field.Parts is FieldTypes.None && field.Each is null)
        {
            return;
        }
        foreach (var keyword in new[] { (FieldTypes.List, "items"), (FieldTypes.Map, "additionalProperties") }.Where(of => field.Types.HasFlag(of.Item1)).Select(of => of.Item2))
        {
            writer.WriteStartObject(keyword);
            if (field.Each is { } each)
            {
                WriteField(each);
            }
            else
            {
                WriteTypes(field.Parts, mayBeNull: true);
                WriteBounds(field.PartsAbove is null ? field.Minimum : null, field.PartsAbove, field.Maximum);
            }
            writer.WriteEndObject();
        }
    }

    private void WriteList(string keyword, IEnumerable<string> values)
    {
        writer.WriteStartArray(keyword);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }
        writer.WriteEndArray();
    }
}

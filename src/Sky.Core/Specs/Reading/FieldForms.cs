using Sky.Core.Specs.Schema;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Whether a value has a form its field allows, and how to say that it has not.</summary>
internal static class FieldForms
{
    private static readonly (FieldTypes Type, string Words)[] Names =
    [
        (FieldTypes.Boolean, "true or false"),
        (FieldTypes.Integer, "a whole number"),
        (FieldTypes.Number, "a number"),
        (FieldTypes.Text, "text"),
        (FieldTypes.List, "a list"),
        (FieldTypes.Map, "a mapping"),
    ];

    public static bool Matches(FieldTypes types, YamlNode value) => value switch
    {
        YamlNode.Mapping => types.HasFlag(FieldTypes.Map),
        YamlNode.Sequence => types.HasFlag(FieldTypes.List),
        YamlNode.Scalar scalar =>
            (types.HasFlag(FieldTypes.Text) && scalar.Kind is ScalarKind.Text or ScalarKind.Date)
            || (types.HasFlag(FieldTypes.Number) && scalar.AsNumber() is not null)
            || (types.HasFlag(FieldTypes.Integer) && scalar.AsInteger() is not null)
            || (types.HasFlag(FieldTypes.Boolean) && scalar.AsBoolean() is not null)
            || (types == FieldTypes.Scalar && scalar.Kind is not ScalarKind.Null),
        _ => false,
    };

    public static string TypeMessage(SpecField field, YamlNode value)
    {
        var wanted = Words(field.Types);
        if (value is not YamlNode.Scalar scalar)
        {
            return $"{field.Name} must be {wanted}, not {(value is YamlNode.Mapping ? "a mapping" : "a list")}.";
        }
        if (scalar.Kind == ScalarKind.Float && scalar.AsNumber() is null)
        {
            return $"{field.Name} must be {wanted}, and one that is finite. Got: {Shortened(scalar.Shown)}";
        }

        var message = $"{field.Name} must be {wanted}; '{Shortened(scalar.Shown)}' is {Words(KindOf(scalar))}";
        return scalar.Kind switch
        {
            ScalarKind.Integer when field.Types.HasFlag(FieldTypes.Integer) => $"{field.Name} is too large: '{Shortened(scalar.Shown)}'.",
            ScalarKind.Text when scalar.Filled is null && Matches(field.Types, PlainScalar.Resolve(scalar.Text, scalar.Line)) => message + ": remove the quotes.",
            ScalarKind.Text when scalar.Filled is not null => message + " after its variables are filled in.",
            not ScalarKind.Text when field.Types.HasFlag(FieldTypes.Text) && !field.Types.HasFlag(FieldTypes.Integer) => $"{message}: put it in quotes ('{Shortened(scalar.Shown)}').",
            _ => message + ".",
        };
    }

    public static string? RangeMessage(SpecField field, double value, string shown)
    {
        if (field.Above is { } above && value <= above)
        {
            return $"{field.Name} must be greater than {NodeValues.Invariant(above)}. Got: {shown}";
        }
        if (field.Minimum is { } low && field.Maximum is { } high && (value < low || value > high))
        {
            return $"{field.Name} must be between {NodeValues.Invariant(low)} and {NodeValues.Invariant(high)}. Got: {shown}";
        }
        if (field.Minimum is { } minimum && value < minimum)
        {
            return $"{field.Name} must be {NodeValues.Invariant(minimum)} or more. Got: {shown}";
        }
        return field.Maximum is { } maximum && value > maximum ? $"{field.Name} must be at most {NodeValues.Invariant(maximum)}. Got: {shown}" : null;
    }

    private static string Words(FieldTypes types)
    {
        var names = Names.Where(name => types.HasFlag(name.Type)).Select(name => name.Words).ToArray();
        return names.Length > 1 ? string.Join(", ", names[..^1]) + " or " + names[^1] : names.FirstOrDefault() ?? "";
    }

    private static FieldTypes KindOf(YamlNode.Scalar scalar) => scalar.Kind switch
    {
        ScalarKind.Boolean => FieldTypes.Boolean,
        ScalarKind.Integer => FieldTypes.Integer,
        ScalarKind.Float => FieldTypes.Number,
        _ => FieldTypes.Text,
    };

    private static string Shortened(string text) => text.Length > 60 ? text[..57] + "..." : text;
}

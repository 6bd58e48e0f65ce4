using System.Globalization;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>A node as a value of a wanted type; null when it is not one.</summary>
internal static class NodeValues
{
    public static double? AsNumber(this YamlNode? node) => node is YamlNode.Scalar scalar && Resolved(scalar) is { Kind: ScalarKind.Integer or ScalarKind.Float } number && double.IsFinite(number.Number)
        ? number.Number
        : null;

    public static long? AsInteger(this YamlNode? node) =>
        node.AsNumber() is { } number && number == Math.Floor(number) && Math.Abs(number) < 1L << 53 ? (long)number : null;

    public static bool? AsBoolean(this YamlNode? node) =>
        node is YamlNode.Scalar scalar && Resolved(scalar) is { Kind: ScalarKind.Boolean } truth ? truth.Number > 0 : null;

    public static string? AsText(this YamlNode? node) =>
        node is YamlNode.Scalar { Kind: ScalarKind.Text or ScalarKind.Date } scalar ? scalar.Text : null;

    /// <summary>Any single value as PyYAML and <c>str()</c> would print it.</summary>
    public static string? AsPrinted(this YamlNode? node) =>
        node is YamlNode.Scalar { Kind: not ScalarKind.Null } scalar ? scalar.Printed : null;

    public static string Invariant(double value) => value.ToString(CultureInfo.InvariantCulture);

    // What a variable or the command line filled in has no quotes that could tell text from a number.
    private static YamlNode.Scalar Resolved(YamlNode.Scalar scalar) =>
        scalar is { Kind: ScalarKind.Text, Filled: not null } ? PlainScalar.Resolve(scalar.Text.Trim(), scalar.Line) : scalar;
}

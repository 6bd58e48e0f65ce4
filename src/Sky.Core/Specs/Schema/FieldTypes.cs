namespace Sky.Core.Specs.Schema;

/// <summary>The forms a field's value may have.</summary>
[Flags]
internal enum FieldTypes
{
    None = 0,
    Boolean = 1,
    Integer = 2,
    Number = 4,
    Text = 8,
    List = 16,
    Map = 32,

    /// <summary>Written as a number, a truth value or text; all are taken as text.</summary>
    Scalar = Boolean | Number | Text,
    Any = Scalar | List | Map,
}

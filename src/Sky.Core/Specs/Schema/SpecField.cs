namespace Sky.Core.Specs.Schema;

/// <summary>One field of the service file: the single source for the reader, the JSON Schema and the reference.</summary>
internal sealed record SpecField(string Name, FieldTypes Types, string Description)
{
    public FieldUse Use { get; init; }

    /// <summary>As one would write it; null when there is none.</summary>
    public string? Default { get; init; }

    public double? Minimum { get; init; }

    /// <summary>The value must be above this.</summary>
    public double? Above { get; init; }

    public double? Maximum { get; init; }

    /// <summary>The words it may be, in any case; empty for any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The fields when the value is a mapping; null: any mapping.</summary>
    public FieldGroup? Fields { get; init; }

    /// <summary>The fields of each item when the value is a list of mappings.</summary>
    public FieldGroup? ItemFields { get; init; }

    /// <summary>What the values of a mapping or the items of a list may be; <see cref="FieldTypes.None"/>: anything.</summary>
    public FieldTypes Parts { get; init; }

    /// <summary>What each value of a mapping or item of a list is, where <see cref="Parts"/> cannot say it. Its name is not used.</summary>
    public SpecField? Each { get; init; }

    /// <summary>Most values of a mapping or items of a list; null: any number.</summary>
    public int? MostParts { get; init; }

    /// <summary>The form of a text; null: any.</summary>
    public TextForm? Form { get; init; }

    /// <summary>Most characters of a text; null: any number.</summary>
    public int? MostCharacters { get; init; }

    /// <summary>The form of the keys of a mapping; null: any.</summary>
    public TextForm? KeyForm { get; init; }

    /// <summary>What an item or entry must be above, when it is a number.</summary>
    public double? PartsAbove { get; init; }

    /// <summary>For retired and refused fields: what to write now.</summary>
    public string? Instead { get; init; }

    /// <summary>The field that this is another name of.</summary>
    public string? AliasOf { get; init; }

    /// <summary>The value, as printed, with which a kept field asks for nothing and needs no warning.</summary>
    public string? Idle { get; init; }

    /// <summary>The beginning of the texts that a kept field is acted on with; null: none.</summary>
    public string? ActedOn { get; init; }

    public bool Required { get; init; }

    /// <summary>Examples for editors.</summary>
    public string? Example { get; init; }
}

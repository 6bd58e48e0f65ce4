namespace Sky.Core.Specs.Schema;

/// <summary>What this build does with a field.</summary>
internal enum FieldUse
{
    Used,

    /// <summary>Accepted and kept for a later build, with a warning.</summary>
    Kept,

    /// <summary>No longer means anything; a warning says what to write now.</summary>
    Retired,

    /// <summary>An error that says why.</summary>
    Refused,
}

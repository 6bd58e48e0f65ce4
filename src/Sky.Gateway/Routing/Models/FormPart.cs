namespace Sky.Gateway.Routing.Models;

/// <summary>What one part of a form is, by its headers, as far as its model goes.</summary>
internal enum FormPart
{
    /// <summary>Another field, or a file.</summary>
    Other,

    /// <summary>The field <c>model</c>.</summary>
    Model,

    /// <summary>Some servers would take it for the field <c>model</c>, others not.</summary>
    Doubtful,
}

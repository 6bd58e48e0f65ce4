namespace Sky.Core.Specs.Schema;

/// <summary>The form of a text or of a mapping's keys.</summary>
/// <param name="Pattern">A regular expression that .NET and JSON Schema read alike.</param>
/// <param name="Rule">What it asks for, to stand behind "must".</param>
internal sealed record TextForm(string Pattern, string Rule);

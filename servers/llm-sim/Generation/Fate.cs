namespace LlmSim.Generation;

/// <summary>What the failure injection wants of a request: an error, or a cut after some tokens (null: none).</summary>
internal readonly record struct Fate(bool Fails, int? CutAfter);

namespace LlmSim.Generation;

/// <summary>What the failure injection wants of a request: an error, a cut after some tokens (null: none), or an answer without usage.</summary>
internal readonly record struct Fate(bool Fails, int? CutAfter, bool NoUsage);

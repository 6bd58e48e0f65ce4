namespace Sky.Core.Secrets;

/// <summary>Something cannot be sealed, or what is sealed cannot be opened. The message says which file is concerned and what to do; it holds nothing secret.</summary>
public sealed class SealException(string message, Exception? inner = null) : Exception(message, inner);

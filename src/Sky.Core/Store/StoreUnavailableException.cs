namespace Sky.Core.Store;

/// <summary>The store's medium failed. The message says what and where, and what a person can do.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

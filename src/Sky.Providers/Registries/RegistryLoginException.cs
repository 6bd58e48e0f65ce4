namespace Sky.Providers.Registries;

/// <summary>Logins are kept somewhere, and cannot be had from there. The message holds none of them.</summary>
internal sealed class RegistryLoginException(string message, Exception? inner = null) : Exception(message, inner);

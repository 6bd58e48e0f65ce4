namespace Sky.Providers.Engines.Docker;

/// <summary>A replica that cannot be started as it is. The message is for the person who can change that, and holds no secret.</summary>
internal sealed class ProvisionException(string message, Exception? inner = null) : Exception(message, inner);

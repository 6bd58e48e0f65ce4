namespace Sky.Providers.Bootstrapping.Machines;

/// <summary>A machine cannot be made a node; the message says why, and what would help.</summary>
public sealed class MachineException(string message) : Exception(message);

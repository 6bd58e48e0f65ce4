namespace Sky.Cli.Client;

/// <summary>There is no controller to talk to. The message says which was tried and what to do.</summary>
internal sealed class ControllerUnreachableException(string message, Exception? inner = null) : Exception(message, inner);

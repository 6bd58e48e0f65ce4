namespace Sky.Core.Autoscaling;

/// <summary>Requests that arrived within one second, at all gateways together.</summary>
/// <param name="Second">Unix time in whole seconds.</param>
/// <param name="Count">How many.</param>
public readonly record struct RequestCount(long Second, int Count);

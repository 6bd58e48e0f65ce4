namespace Sky.Cli.Client;

/// <summary>Where a controller listens and what it wants to be shown.</summary>
internal sealed record ControllerAddress(Uri Url, string Token);

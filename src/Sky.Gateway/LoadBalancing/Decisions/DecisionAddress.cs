namespace Sky.Gateway.LoadBalancing.Decisions;

/// <summary>How decisions are asked for.</summary>
public static class DecisionAddress
{
    /// <summary>With <c>1</c> it asks how the replica of this request is chosen. It goes no further than the gateway.</summary>
    public const string Header = "X-Sky-Debug";

    /// <summary>The path at which a gateway serves those of late, newest first; <c>service</c> and <c>request</c> in the query choose among them.</summary>
    public const string Path = "/-/decisions";
}

namespace Sky.Core.Specs;

/// <summary>Who asks a caller for a key.</summary>
public enum ServiceAuth
{
    /// <summary>The gateway, once there is a key.</summary>
    Gateway,

    /// <summary>The replicas themselves: the gateway lets everybody through and passes on what the client sends.</summary>
    Passthrough,
}

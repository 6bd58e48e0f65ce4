namespace Sky.Gateway.Ingress;

/// <summary>The code of an error that the gateway itself answered with; noted at the request. One of few words of the code, never what a client sent.</summary>
internal sealed record OwnError(string Code)
{
    /// <summary>Who called has no key that may be used.</summary>
    public const string InvalidKey = "invalid_api_key";

    /// <summary>The gateway itself failed.</summary>
    public const string GatewayFailed = "gateway_error";
}

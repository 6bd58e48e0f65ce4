namespace Sky.Gateway.Ingress;

/// <summary>What is spoken on an address.</summary>
internal enum ListenKind
{
    /// <summary>HTTP/1.1 in the clear.</summary>
    Plain,

    /// <summary>HTTP/1.1 and HTTP/2 over TLS.</summary>
    Tls,

    /// <summary>HTTP/1.1 in the clear, for nothing but the gateway's metrics.</summary>
    Metrics,

    /// <summary>HTTP/2 in the clear, with prior knowledge.</summary>
    H2c,
}

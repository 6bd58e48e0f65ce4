namespace Sky.Core.Specs;

/// <summary>Absolute paths of a PEM certificate chain and its private key. The files are read again when they change.</summary>
public sealed record TlsSpec(string CertFile, string KeyFile);

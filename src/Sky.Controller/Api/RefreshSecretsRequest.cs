using Sky.Core.Specs;

namespace Sky.Controller.Api;

/// <summary>Body of <c>POST /api/v1/services/{name}/secrets</c>: have the values of secrets that are held elsewhere looked up again.</summary>
/// <param name="Values">Those that only the client knows, by the secret's name; others keep the value they have.</param>
public sealed record RefreshSecretsRequest(IReadOnlyDictionary<string, SecretValue> Values);

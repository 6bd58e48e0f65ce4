using Sky.Core.Keys;
using Sky.Core.Services;

namespace Sky.Gateway.Feedback;

/// <summary>Where an answer came from.</summary>
/// <param name="Service">The service.</param>
/// <param name="Generation">The division.</param>
/// <param name="Version">The version that answered.</param>
/// <param name="Key">Who asked; null for a request without a key.</param>
internal sealed record AnswerPlace(ServiceName Service, int Generation, int Version, KeyId? Key);

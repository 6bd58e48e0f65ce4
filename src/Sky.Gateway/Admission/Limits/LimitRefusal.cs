namespace Sky.Gateway.Admission.Limits;

/// <summary>Why a request may not go on, and from when on it might.</summary>
/// <param name="Kind">The limit that was reached.</param>
/// <param name="OfService">It is the service's, not the key's.</param>
/// <param name="Limit">The limit, as it is for all gateways together.</param>
/// <param name="Wait">Until there is enough again; null: waiting does not help, or nobody can know.</param>
internal readonly record struct LimitRefusal(LimitKind Kind, bool OfService, long Limit, TimeSpan? Wait)
{
    public static readonly LimitRefusal None = default;
}

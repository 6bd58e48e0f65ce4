using Sky.Core.Keys;

namespace Sky.Gateway.Ingress.Keys;

/// <summary>One secret that opens, by its hash.</summary>
/// <param name="Hash">SHA-256 of it.</param>
/// <param name="Until">When it opens no more, being that of before a rotation; null for the present one.</param>
/// <param name="Key">What it is a secret of.</param>
/// <param name="Caller">Who holds it.</param>
internal sealed record KnownSecret(byte[] Hash, DateTimeOffset? Until, KeyRecord Key, Caller Caller)
{
    public KeyProblem ProblemAt(DateTimeOffset now) => Key.StateAt(now) switch
    {
        KeyState.Revoked => KeyProblem.Revoked,
        KeyState.Expired => KeyProblem.Expired,
        _ => Until <= now ? KeyProblem.Rotated : KeyProblem.None,
    };
}

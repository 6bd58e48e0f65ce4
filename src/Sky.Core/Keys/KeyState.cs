namespace Sky.Core.Keys;

/// <summary>Whether a key opens anything at some moment.</summary>
public enum KeyState
{
    Active,
    Expired,
    Revoked,
}

namespace Sky.Core.Secrets;

/// <summary>Encrypts what must lie on a disk and be read by nobody else, with keys that lie elsewhere. Safe for concurrent use.</summary>
public interface ISealer
{
    /// <summary>The text, encrypted and protected against change; letters, digits, <c>-</c> and <c>_</c>.</summary>
    /// <exception cref="SealException">There is no key, and none can be made.</exception>
    string Seal(string text);

    /// <summary>The text again.</summary>
    /// <param name="sealedText">What <see cref="Seal"/> gave.</param>
    /// <param name="stale">Whether it was sealed with an older key than the present one and should be sealed anew.</param>
    /// <exception cref="SealException">Its key is missing, or this is not what <see cref="Seal"/> gave.</exception>
    string Open(string sealedText, out bool stale);
}

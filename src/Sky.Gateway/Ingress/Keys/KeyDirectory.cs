using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Sky.Gateway.Ingress.Keys;

/// <summary>
/// The secrets that open, immutable. A secret is hashed before it is looked for, so that the time of the search tells nothing of any secret;
/// the hashes are compared in constant time all the same, and one that is not there costs the same steps.
/// </summary>
internal sealed class KeyDirectory
{
    public static readonly KeyDirectory Empty = new([]);

    private readonly FrozenDictionary<ulong, KnownSecret[]> _byStart;
    private readonly KnownSecret[] _nobody = [new KnownSecret(RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes), null, null!, Caller.Anonymous)];

    public KeyDirectory(IEnumerable<KnownSecret> secrets) =>
        _byStart = secrets.GroupBy(secret => StartOf(secret.Hash)).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    /// <summary>Whether any key is there, also one that opens no more.</summary>
    public bool Any => _byStart.Count > 0;

    /// <param name="hash">SHA-256 of the secret.</param>
    public KnownSecret? Find(ReadOnlySpan<byte> hash)
    {
        var candidates = _byStart.GetValueOrDefault(StartOf(hash), _nobody);
        KnownSecret? found = null;
        foreach (var candidate in candidates)
        {
            if (CryptographicOperations.FixedTimeEquals(candidate.Hash, hash))
            {
                found = candidate;
            }
        }

        return found;
    }

    private static ulong StartOf(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt64LittleEndian(hash);
}

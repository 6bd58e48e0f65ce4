using System.Runtime.InteropServices;

namespace LlmSim.Tokens;

/// <summary>FNV-1a of 64 bits (Fowler, Noll, Vo) with SplitMix64's finish: the same on every run and machine, unlike <see cref="string.GetHashCode()"/>.</summary>
internal static class StableHash
{
    private const ulong Prime = 1099511628211;

    public const ulong Start = 14695981039346656037;

    public static ulong Add(ulong hash, string text)
    {
        foreach (var unit in MemoryMarshal.Cast<char, byte>(text))
        {
            hash = (hash ^ unit) * Prime;
        }

        // Ends of texts count: "ab","c" and "a","bc" differ.
        return (hash ^ 0xff) * Prime;
    }

    public static ulong Add(ulong hash, long number) => Mix(hash ^ (ulong)number * Prime);

    public static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
        return hash ^ (hash >> 31);
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Sky.Core.Nodes;

/// <summary>Who may enrol with a token: whoever has it first, once; and the same key again for a while, since an answer may be lost.</summary>
public static class EnrolmentRules
{
    /// <summary>How long a token lets its node in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>How long the same key is given the same answer.</summary>
    public static readonly TimeSpan RepeatWindow = TimeSpan.FromMinutes(10);

    /// <summary>Null: it may enrol, or is to be given its answer again where the token is used already.</summary>
    /// <param name="record">What is kept of the token; null when nothing is.</param>
    /// <param name="secret">What was sent.</param>
    /// <param name="expected">The node that it says it is; null when it leaves that to the token.</param>
    /// <param name="publicKey">SHA-256 of its public key.</param>
    /// <param name="now">The time.</param>
    public static EnrolmentRefusal? Check(EnrolmentRecord? record, string secret, NodeKey? expected, string publicKey, DateTimeOffset now)
    {
        if (record is null || !SameText(record.SecretHash, EnrolmentToken.HashOf(secret)))
        {
            return EnrolmentRefusal.Unknown;
        }

        if (expected is { } node && node != new NodeKey(record.Cluster, record.Node))
        {
            return EnrolmentRefusal.OtherNode;
        }

        if (record.UsedAt is { } used)
        {
            return SameText(record.PublicKey ?? "", publicKey) && now < used + RepeatWindow ? null : EnrolmentRefusal.Used;
        }

        return now < record.ExpiresAt ? null : EnrolmentRefusal.Expired;
    }

    /// <summary>A sentence for the one who enrols.</summary>
    public static string Explain(EnrolmentRefusal refusal) => refusal switch
    {
        EnrolmentRefusal.Expired => "The enrolment token has expired: have a new one made.",
        EnrolmentRefusal.Used => "The enrolment token was used already: have a new one made. If no node of yours used it, someone else did; remove that node.",
        EnrolmentRefusal.OtherNode => "The enrolment token is for another node.",
        _ => "The enrolment token is not known here.",
    };

    private static bool SameText(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
}

using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sky.Core;
using Sky.Core.Secrets;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Controller.Store;

/// <summary>
/// How a version lies in its row: as it may be shown in one column and, where that hides anything, whole and sealed in another. What a lost
/// key takes away is only what was hidden.
/// </summary>
internal static class VersionSeal
{
    /// <summary>Both columns as one, for <see cref="Open"/>.</summary>
    public const string Both = "coalesce(sealed, '') || ' ' || json";

    private const string Done = "versions_sealed";

    /// <returns>What may be shown, and what is sealed; null when there is nothing to hide.</returns>
    /// <exception cref="SealException">It cannot be sealed.</exception>
    public static (string Shown, string? Sealed) Close(VersionRecord version, ISealer sealer)
    {
        var whole = JsonSerializer.Serialize(version, SkyJson.Default.VersionRecord);
        var shown = JsonSerializer.Serialize(version with { Spec = version.Spec.Redacted() }, SkyJson.Default.VersionRecord);
        return (shown, shown == whole ? null : sealer.Seal(whole));
    }

    /// <param name="both">Of its row.</param>
    /// <param name="sealer">That it was sealed with.</param>
    public static VersionRecord Open(string both, ISealer sealer)
    {
        var space = both.IndexOf(' ', StringComparison.Ordinal);
        try
        {
            return Parse(space == 0 ? both.AsSpan(1) : sealer.Open(both[..space], out _));
        }
        catch (SealException error)
        {
            return Parse(both.AsSpan(space + 1)) with { Unreadable = error.Message };
        }
    }

    /// <summary>Seals what an earlier build stored in clear, of which no trace stays in the file, and with the present key what an older one sealed.</summary>
    public static void Renew(SqliteConnection connection, ISealer sealer)
    {
        var inClear = connection.Scalar<string>("SELECT value FROM meta WHERE key = $key", null, ("$key", Done)) is null;
        var renewed = false;
        using (var transaction = connection.BeginTransaction(deferred: false))
        {
            foreach (var row in connection.Column(
                $"SELECT service || ' ' || number || ' ' || {Both} FROM versions WHERE sealed IS NOT NULL OR $inClear", transaction, ("$inClear", inClear)))
            {
                renewed |= Renew(connection, transaction, row.Split(' ', 3), sealer);
            }

            connection.Execute("INSERT INTO meta (key, value) VALUES ($key, '1') ON CONFLICT DO NOTHING", transaction, ("$key", Done));
            transaction.Commit();
        }

        if (inClear && renewed)
        {
            connection.Execute("VACUUM");
            connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    private static bool Renew(SqliteConnection connection, SqliteTransaction transaction, string[] row, ISealer sealer)
    {
        var space = row[2].IndexOf(' ', StringComparison.Ordinal);
        var stale = space == 0;
        try
        {
            var version = Parse(space == 0 ? row[2].AsSpan(1) : sealer.Open(row[2][..space], out stale));
            if (stale && Close(version, sealer) is { Sealed: { } hidden, Shown: var shown })
            {
                return 1 == connection.Execute(
                    "UPDATE versions SET json = $json, sealed = $sealed WHERE service = $service AND number = $number", transaction,
                    ("$json", shown), ("$sealed", hidden), ("$service", row[0]), ("$number", int.Parse(row[1], CultureInfo.InvariantCulture)));
            }
        }
        catch (SealException) when (space > 0)
        {
            // It stays as it is, for the day its key is back.
        }

        return false;
    }

    private static VersionRecord Parse(ReadOnlySpan<char> json) => JsonSerializer.Deserialize(json, SkyJson.Default.VersionRecord)!;
}

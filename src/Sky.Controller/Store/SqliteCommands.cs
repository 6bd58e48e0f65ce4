using Microsoft.Data.Sqlite;

namespace Sky.Controller.Store;

/// <summary>Short forms of the ADO.NET calls the store makes.</summary>
internal static class SqliteCommands
{
    public static int Execute(
        this SqliteConnection connection, string sql, SqliteTransaction? transaction = null, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = connection.Command(sql, transaction, values);
        return command.ExecuteNonQuery();
    }

    public static T? Scalar<T>(
        this SqliteConnection connection, string sql, SqliteTransaction? transaction = null, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = connection.Command(sql, transaction, values);
        return command.ExecuteScalar() is T value ? value : default;
    }

    /// <summary>The first column of every row.</summary>
    public static List<string> Column(
        this SqliteConnection connection, string sql, SqliteTransaction? transaction = null, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = connection.Command(sql, transaction, values);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    private static SqliteCommand Command(
        this SqliteConnection connection, string sql, SqliteTransaction? transaction, ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}

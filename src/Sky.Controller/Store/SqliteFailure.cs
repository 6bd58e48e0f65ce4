using Microsoft.Data.Sqlite;
using Sky.Core.Store;

namespace Sky.Controller.Store;

/// <summary>Turns what SQLite says into what a person can do.</summary>
internal static class SqliteFailure
{
    private const int Perm = 3, Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Corrupt = 11, Full = 13, CantOpen = 14, NotADatabase = 26;

    /// <summary>The failure of the medium, or null when the exception is something else (then it is a bug).</summary>
    public static StoreUnavailableException? From(SqliteException exception, string path) => exception.SqliteErrorCode switch
    {
        Corrupt => Damaged(path, exception),
        NotADatabase => new($"{path} is not a database of sky. {MoveAside}", exception),
        Full => new($"The disk that holds {path} is full: free some space. Nothing was lost; replicas keep running.", exception),
        ReadOnly or Perm => new($"The database {path} cannot be written: check its permissions and those of its folder.", exception),
        CantOpen => new($"The database {path} cannot be opened: check that its folder exists and is yours.", exception),
        IoError => new($"Reading or writing {path} failed: check the disk ({exception.Message})", exception),
        Busy or Locked => new($"The database {path} is held by another program.", exception),
        _ => null,
    };

    public static StoreUnavailableException Damaged(string path, Exception? exception = null) =>
        new($"The database {path} is damaged. {MoveAside}", exception);

    private const string MoveAside =
        "Nothing was overwritten: restore it from a copy, or move it aside and start anew; replicas keep running meanwhile.";
}

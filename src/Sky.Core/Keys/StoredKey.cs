namespace Sky.Core.Keys;

/// <summary>A key and the version of its row; 0: it is not stored yet.</summary>
public sealed record StoredKey(KeyRecord Key, long RowVersion);

namespace Sky.Controller.Endpoints;

/// <summary>The newest value of one key; null: it is gone.</summary>
internal readonly record struct FeedChange<TKey, T>(TKey Key, T? Value)
    where T : class;

using Sky.Core.Services;

namespace Sky.Controller.Endpoints;

/// <summary>The newest value of one service; null: it is gone.</summary>
internal readonly record struct FeedChange<T>(ServiceName Service, T? Value)
    where T : class;

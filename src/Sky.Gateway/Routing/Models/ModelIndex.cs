using Microsoft.Extensions.Logging;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Routing.Models;

/// <summary>All model names and where they lead; made anew when the services change, or what their replicas list.</summary>
internal sealed partial class ModelIndex(EndpointTable table, ILogger<ModelIndex> logger)
{
    private readonly Lock _making = new();
    private readonly HashSet<ModelConflict> _told = [];
    private volatile ModelDirectory? _current;

    public ModelDirectory Current
    {
        get
        {
            var current = _current;
            return current is not null && ReferenceEquals(current.Services, table.Current) ? current : Make();
        }
    }

    /// <summary>What replicas list has changed.</summary>
    public void Changed() => _current = null;

    private ModelDirectory Make()
    {
        lock (_making)
        {
            var services = table.Current;
            if (_current is { } current && ReferenceEquals(current.Services, services))
            {
                return current;
            }

            var made = new ModelDirectory(services);
            Tell(made.Conflicts);
            return _current = made;
        }
    }

    /// <summary>Each once, and again when it comes back.</summary>
    private void Tell(IReadOnlyList<ModelConflict> conflicts)
    {
        _told.IntersectWith(conflicts);
        foreach (var conflict in conflicts)
        {
            if (_told.Add(conflict))
            {
                ClaimedTwice(logger, conflict.Model, conflict.Winner, conflict.Loser);
            }
        }
    }

    [LoggerMessage(4050, LogLevel.Warning, "The model {Model} is served by {Winner}: {Loser} claims it too and gets no request for it")]
    private static partial void ClaimedTwice(ILogger logger, string model, string winner, string loser);
}

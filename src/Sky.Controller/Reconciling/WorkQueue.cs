using Sky.Core.Services;

namespace Sky.Controller.Reconciling;

/// <summary>
/// Services to be looked at: each is in work at most once at a time, and asking again while it waits counts once.
/// </summary>
internal sealed class WorkQueue(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Signal _changed = new(time);
    private readonly Queue<ServiceName> _ready = new();
    private readonly HashSet<ServiceName> _waiting = [];
    private readonly HashSet<ServiceName> _working = [];
    private readonly Dictionary<ServiceName, DateTimeOffset> _due = [];
    private readonly PriorityQueue<ServiceName, DateTimeOffset> _timers = new();

    /// <summary>Look at this service now, or again as soon as the present look is over.</summary>
    public void Add(ServiceName service)
    {
        lock (_lock)
        {
            Enqueue(service);
        }

        _changed.Set();
    }

    /// <summary>Look at this service at the latest then. Of several such times the earliest counts.</summary>
    public void AddAt(ServiceName service, DateTimeOffset at)
    {
        lock (_lock)
        {
            if (_due.TryGetValue(service, out var known) && known <= at)
            {
                return;
            }

            _due[service] = at;
            _timers.Enqueue(service, at);
        }

        _changed.Set();
    }

    /// <summary>The next service, in work until <see cref="Done"/>.</summary>
    public async Task<ServiceName> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(out var service, out var wait))
            {
                return service;
            }

            await _changed.WaitAsync(wait, cancellationToken);
        }
    }

    public void Done(ServiceName service)
    {
        bool more;
        lock (_lock)
        {
            _working.Remove(service);
            more = _waiting.Contains(service);
            if (more)
            {
                _ready.Enqueue(service);
            }
        }

        if (more)
        {
            _changed.Set();
        }
    }

    private bool TryTake(out ServiceName service, out TimeSpan? wait)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            MoveDue(now);
            wait = _timers.TryPeek(out _, out var next) ? next - now : null;
            if (!_ready.TryDequeue(out service))
            {
                return false;
            }

            _waiting.Remove(service);
            _working.Add(service);
            _due.Remove(service);
        }

        // Another worker may sleep on the same signal while more is ready.
        _changed.Set();
        return true;
    }

    private void MoveDue(DateTimeOffset now)
    {
        while (_timers.TryPeek(out var service, out var at) && at <= now)
        {
            _timers.Dequeue();
            if (_due.TryGetValue(service, out var known) && known == at)
            {
                _due.Remove(service);
                Enqueue(service);
            }
        }
    }

    private void Enqueue(ServiceName service)
    {
        if (_waiting.Add(service) && !_working.Contains(service))
        {
            _ready.Enqueue(service);
        }
    }
}

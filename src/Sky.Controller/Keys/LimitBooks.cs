using Sky.Controller.Endpoints;
using Sky.Core.Endpoints;
using Sky.Core.Keys;

namespace Sky.Controller.Keys;

/// <summary>Divides the limits of keys and services among the gateways that make use of them. In memory: what a restart forgets, the next reports tell.</summary>
internal sealed class LimitBooks(Publications publications, IBudgetHistory history, TimeProvider time) : IDisposable
{
    /// <summary>A rate in the hands of a gateway that is silent for this long goes to others.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>After a start: by then every gateway has spoken (of up to a thousand limited keys each), and until then none gets more than it holds.</summary>
    private static readonly TimeSpan UntilAllSpoke = TimeSpan.FromSeconds(5);

    private readonly DateTimeOffset _opened = time.GetUtcNow();
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<(string Subject, LimitedKind Kind), SliceBook> _books = [];
    private readonly Dictionary<(KeyId Key, BudgetPeriod Period), BudgetBook> _budgets = [];

    public async Task<GatewayGrants> RenewAsync(GatewayReport report, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var grants = new List<LimitGrant>();
            var holder = report.Home ?? report.Gateway;
            foreach (var limit in report.Limits ?? [])
            {
                if (limit.Key is { } id && publications.Keys.Find(id) is { } key)
                {
                    grants.Add(new LimitGrant { Key = id, Slice = await OfKeyAsync(holder, report.Gateway, key, limit, cancellationToken) });
                }
                else if (limit.Service is { } name && publications.Endpoints.Find(name) is { Limits: { } limits } service)
                {
                    var subject = $"service {name}";
                    grants.Add(new LimitGrant
                    {
                        Service = name,
                        Slice = new LimitSlice
                        {
                            RequestsPerMinute = Divide(holder, subject, LimitedKind.Requests, limits.RequestsPerMinute, new(limit.Requests, 0), Holds(limit)?.RequestsPerMinute),
                            TokensPerMinute = Divide(holder, subject, LimitedKind.Tokens, limits.TokensPerMinute, new(limit.Tokens, 0), Holds(limit)?.TokensPerMinute),
                            Concurrency = DivideRoom(holder, subject, limits.Capacity(service.Replicas.Count(replica => !replica.Draining)), limit),
                        },
                    });
                }
            }

            return new GatewayGrants(grants);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<LimitSlice> OfKeyAsync(string gateway, string run, KeyRecord key, LimitReport limit, CancellationToken cancellationToken) => new()
    {
        RequestsPerMinute = Divide(gateway, key.Id.Value, LimitedKind.Requests, key.Limits.RequestsPerMinute, new(limit.Requests, 0), Holds(limit)?.RequestsPerMinute),
        TokensPerMinute = Divide(gateway, key.Id.Value, LimitedKind.Tokens, key.Limits.TokensPerMinute, new(limit.Tokens, 0), Holds(limit)?.TokensPerMinute),
        Concurrency = DivideRoom(gateway, key.Id.Value, key.Limits.Concurrency, limit),
        Money = key.Limits.Budget is { } budget ? await DivideAsync(gateway, run, key, budget, limit, cancellationToken) : null,
    };

    /// <summary>What comes within a second may all be in flight at one time.</summary>
    private static long PerSecond(long perMinute) => (perMinute + 59) / 60;

    /// <summary>What bounds its new slices; null: nothing.</summary>
    private LimitSlice? Holds(LimitReport limit) => time.GetUtcNow() - _opened < UntilAllSpoke ? limit.Holds : null;

    private long? Divide(string gateway, string subject, LimitedKind kind, long? limit, SliceDemand demand, long? holds) =>
        Book(subject, kind, limit)?.Renew(gateway, demand, limit!.Value, time.GetUtcNow(), holds);

    private long? DivideRoom(string gateway, string subject, long? limit, LimitReport report) => Book(subject, LimitedKind.Concurrency, limit)?.RenewInUse(
        gateway, report.InFlight + report.Waiting + PerSecond(report.Requests), report.InFlight, limit!.Value, time.GetUtcNow(), Holds(report)?.Concurrency);

    /// <summary>Null, and forgotten, where there is no limit.</summary>
    private SliceBook? Book(string subject, LimitedKind kind, long? limit)
    {
        if (limit is null)
        {
            _books.Remove((subject, kind));
            return null;
        }

        if (!_books.TryGetValue((subject, kind), out var book))
        {
            _books[(subject, kind)] = book = new SliceBook(Lease);
        }

        return book;
    }

    private async Task<decimal> DivideAsync(string gateway, string run, KeyRecord key, decimal budget, LimitReport limit, CancellationToken cancellationToken)
    {
        var (period, now) = (key.Limits.BudgetPeriod, time.GetUtcNow());
        if (!_budgets.TryGetValue((key.Id, period), out var book))
        {
            _budgets[(key.Id, period)] = book = new BudgetBook(period);
        }

        if (book.NeedsStart(now))
        {
            book.Begin(await history.SpentAsync(key.Id, BudgetClock.StartOf(period, now), cancellationToken), now);
        }

        return book.Renew(gateway, run, limit.Spent, limit.Reserved, limit.Money, budget, now, Holds(limit)?.Money);
    }
}

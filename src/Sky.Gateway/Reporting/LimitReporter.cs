using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Sky.Core.Services;
using Sky.Gateway.Admission.Limits;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Ingress.Keys;

namespace Sky.Gateway.Reporting;

/// <summary>Tells the controller what is wanted of limits, and takes over the slices that it answers with. Not safe for concurrent use.</summary>
internal sealed class LimitReporter(KeyTable keys, EndpointTable services, TimeProvider time)
{
    /// <summary>A slice that is not made use of is renewed this often, so that what others want of it soon goes to them: with the sign of life that is due then anyway.</summary>
    private static readonly TimeSpan OftenestRenewal = ReportSender.MostSilence;

    /// <summary>With many limited keys, this many are renewed in a second.</summary>
    private const int RenewedInSecond = 250;

    /// <summary>Well within the time after which a slice goes to others.</summary>
    private static readonly TimeSpan SeldomestRenewal = TimeSpan.FromSeconds(20);

    /// <summary>How much more than was asked for lately is wanted: room to grow until the next report.</summary>
    private const double Headroom = 1.5;

    private readonly Dictionary<Allowance, LimitMark> _marks = [];

    private TimeSpan Renewal => TimeSpan.FromSeconds(Math.Clamp((double)_marks.Count / RenewedInSecond, OftenestRenewal.TotalSeconds, SeldomestRenewal.TotalSeconds));

    /// <summary>Null: there is nothing to say.</summary>
    public IReadOnlyList<LimitReport>? Build()
    {
        var now = time.GetTimestamp();
        var reports = new List<LimitReport>();
        var living = new HashSet<Allowance>();
        foreach (var (key, allowance) in keys.Limited)
        {
            living.Add(allowance);
            Add(reports, allowance, now, report => report with { Key = key, InFlight = allowance.InFlight, Holds = Left(allowance) }, allowance.Slice.Concurrency, busy: allowance.InFlight > 0);
        }

        foreach (var service in Limited)
        {
            living.Add(service.Limits);
            var (running, waiting) = (service.Room.Taken, service.Held.Count);
            Add(
                reports, service.Limits, now, report => report with { Service = service.Name, InFlight = running, Waiting = waiting, Holds = Left(service) }, service.Room.Slice,
                busy: running + waiting + service.Limits.InFlight > 0);
        }

        foreach (var gone in _marks.Keys.Where(allowance => !living.Contains(allowance)).ToArray())
        {
            _marks.Remove(gone);
        }

        return reports.Count > 0 ? reports : null;
    }

    /// <summary>What is in force here, for the next run of this gateway: of money, what is left.</summary>
    public IReadOnlyList<LimitGrant> Slices() =>
    [
        .. keys.Limited.Select(limited => new LimitGrant { Key = limited.Key, Slice = Left(limited.Allowance) }),
        .. Limited.Select(service => new LimitGrant { Service = service.Name, Slice = Left(service) }),
    ];

    public void Apply(GatewayGrants grants)
    {
        foreach (var grant in grants.Limits)
        {
            if (grant.Key is { } key)
            {
                keys.Grant(key, grant.Slice);
            }
            else if (grant.Service is { } name && services.Current.Find(name.Value) is { } service)
            {
                service.Grant(grant.Slice);
            }
        }
    }

    private IEnumerable<ServiceState> Limited => services.Current.All.Where(service => !service.Limits.Slice.IsUnlimited || service.Snapshot().Capacity is not null);

    private static LimitSlice Left(ServiceState service) => service.Limits.Slice with { Concurrency = service.Room.Slice };

    private static LimitSlice Left(Allowance allowance) =>
        allowance.Slice.Money is { } money ? allowance.Slice with { Money = Math.Max(0, money - allowance.Spent) } : allowance.Slice;

    /// <param name="reports">Gets one more, where there is news.</param>
    /// <param name="allowance">Whose.</param>
    /// <param name="now">As a timestamp.</param>
    /// <param name="of">Completes it.</param>
    /// <param name="room">The slice of requests at one time. A change is answered by a report: only that says that no more than it is taken from now on.</param>
    /// <param name="busy">It is made use of right now.</param>
    private void Add(List<LimitReport> reports, Allowance allowance, long now, Func<LimitReport, LimitReport> of, long? room, bool busy)
    {
        var asked = allowance.Asked;
        var before = _marks.GetValueOrDefault(allowance);
        if (before is { Idle: true } && !busy && before.Asked == asked && before.Spent == allowance.Spent && before.Room == room && time.GetElapsedTime(before.At, now) < Renewal)
        {
            return;
        }

        var seconds = before is null ? 1 : Math.Max(0.05, time.GetElapsedTime(before.At, now).TotalSeconds);
        var since = before?.Asked ?? default;

        // That nothing is wanted any more is told too: others may want it.
        _marks[allowance] = new LimitMark(now, asked, allowance.Spent, room, asked.Requests == since.Requests && !busy);
        reports.Add(of(new LimitReport
        {
            Requests = (long)Math.Ceiling((asked.Requests - since.Requests) / seconds * 60 * Headroom),
            Tokens = (long)Math.Ceiling((asked.Tokens - since.Tokens) / seconds * 60 * Headroom),
            Spent = allowance.Spent,
            Reserved = Math.Max(0, allowance.ReservedOrSpent - allowance.Spent),
            Money = (asked.Money - since.Money) / (decimal)seconds * 120,
        }));
    }
}

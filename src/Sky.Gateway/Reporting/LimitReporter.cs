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
    /// <summary>A slice that is not made use of is renewed this often: well within the time after which it goes to others.</summary>
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);

    /// <summary>How much more than was asked for lately is wanted: room to grow until the next report.</summary>
    private const double Headroom = 1.5;

    private readonly Dictionary<Allowance, LimitMark> _marks = [];

    /// <summary>Null: there is nothing to say.</summary>
    public IReadOnlyList<LimitReport>? Build()
    {
        var now = time.GetTimestamp();
        var reports = new List<LimitReport>();
        var living = new HashSet<Allowance>();
        foreach (var (key, allowance) in keys.Limited)
        {
            living.Add(allowance);
            Add(reports, allowance, now, report => report with { Key = key });
        }

        foreach (var service in services.Current.All.Where(service => !service.Limits.Slice.IsUnlimited))
        {
            living.Add(service.Limits);
            Add(reports, service.Limits, now, report => report with { Service = service.Name });
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
        .. services.Current.All.Where(service => !service.Limits.Slice.IsUnlimited).Select(service => new LimitGrant { Service = service.Name, Slice = Left(service.Limits) }),
    ];

    public void Apply(GatewayGrants grants)
    {
        foreach (var grant in grants.Limits)
        {
            if (grant.Key is { } key)
            {
                keys.Grant(key, grant.Slice);
            }
            else if (grant.Service is { } name && services.Current.Find(name.Value) is { Limits: { Slice.IsUnlimited: false } limits })
            {
                limits.Apply(grant.Slice);
            }
        }
    }

    private static LimitSlice Left(Allowance allowance) =>
        allowance.Slice.Money is { } money ? allowance.Slice with { Money = Math.Max(0, money - allowance.Spent) } : allowance.Slice;

    private void Add(List<LimitReport> reports, Allowance allowance, long now, Func<LimitReport, LimitReport> of)
    {
        var asked = allowance.Asked;
        var before = _marks.GetValueOrDefault(allowance);
        var inFlight = allowance.InFlight;
        if (before is { Idle: true } && before.Asked == asked && before.Spent == allowance.Spent && time.GetElapsedTime(before.At, now) < Renewal)
        {
            return;
        }

        var seconds = before is null ? 1 : Math.Max(0.05, time.GetElapsedTime(before.At, now).TotalSeconds);
        var since = before?.Asked ?? default;

        // That nothing is wanted any more is told too: others may want it.
        _marks[allowance] = new LimitMark(now, asked, allowance.Spent, asked.Requests == since.Requests && inFlight == 0);
        reports.Add(of(new LimitReport
        {
            Requests = (long)Math.Ceiling((asked.Requests - since.Requests) / seconds * 60 * Headroom),
            Tokens = (long)Math.Ceiling((asked.Tokens - since.Tokens) / seconds * 60 * Headroom),
            InFlight = inFlight,
            Spent = allowance.Spent,
            Reserved = Math.Max(0, allowance.ReservedOrSpent - allowance.Spent),
            Money = (asked.Money - since.Money) / (decimal)seconds * 120,
        }));
    }
}

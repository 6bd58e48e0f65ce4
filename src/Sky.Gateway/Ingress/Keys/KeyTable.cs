using Sky.Core.Keys;
using Sky.Gateway.Admission.Limits;
using Sky.Gateway.Reporting;

namespace Sky.Gateway.Ingress.Keys;

/// <summary>All keys this gateway knows. Requests read <see cref="Current"/> without a lock; one writer at a time swaps it.</summary>
internal sealed class KeyTable(ReportSignal report, TimeProvider time)
{
    private readonly Lock _changing = new();
    private readonly SortedDictionary<KeyId, KeyRecord> _records = [];
    private readonly Dictionary<KeyId, Allowance> _allowances = [];
    private readonly Dictionary<KeyId, KeyLimits> _limits = [];
    private volatile KeyDirectory _current = KeyDirectory.Empty;
    private long _revision;

    public KeyDirectory Current => _current;

    /// <summary>Goes up with every change.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    /// <summary>What is kept on disk: hashes, no secret.</summary>
    public IReadOnlyList<KeyRecord> Records
    {
        get
        {
            lock (_changing)
            {
                return [.. _records.Values];
            }
        }
    }

    /// <summary>The limited keys and what this gateway may use of them.</summary>
    public IReadOnlyList<(KeyId Key, Allowance Allowance)> Limited
    {
        get
        {
            lock (_changing)
            {
                return [.. _allowances.Where(pair => !pair.Value.Slice.IsUnlimited).Select(pair => (pair.Key, pair.Value))];
            }
        }
    }

    public void Grant(KeyId key, LimitSlice slice)
    {
        lock (_changing)
        {
            // A key whose limits have been lifted meanwhile stays without.
            if (_allowances.GetValueOrDefault(key) is { Slice.IsUnlimited: false } allowance)
            {
                allowance.Apply(slice);
            }
        }
    }

    public void Apply(KeyRecord key)
    {
        lock (_changing)
        {
            _records[key.Id] = key;
            Swap();
        }
    }

    /// <summary>These are all the keys there are.</summary>
    public void Replace(IReadOnlyList<KeyRecord> keys)
    {
        lock (_changing)
        {
            if (keys.Count == 0 && _records.Count == 0)
            {
                return;
            }

            _records.Clear();
            foreach (var key in keys)
            {
                _records[key.Id] = key;
            }

            Swap();
        }
    }

    private void Swap()
    {
        _current = new KeyDirectory(_records.Values.SelectMany(Secrets));
        Interlocked.Increment(ref _revision);
    }

    private IEnumerable<KnownSecret> Secrets(KeyRecord key)
    {
        var caller = new Caller(key, AllowanceOf(key));
        yield return new KnownSecret(Convert.FromHexString(key.Hash), null, key, caller);
        if (key is { PreviousHash: { } before, PreviousUntil: { } until })
        {
            yield return new KnownSecret(Convert.FromHexString(before), until, key, caller);
        }
    }

    /// <summary>It goes on counting when the key changes.</summary>
    private Allowance? AllowanceOf(KeyRecord key)
    {
        var whole = LimitSlice.WholeOf(key.Limits);
        var known = _allowances.GetValueOrDefault(key.Id);
        if (known is null && !whole.IsUnlimited)
        {
            _allowances[key.Id] = known = new Allowance(time);
        }

        // The slice that the controller gave stays in force as long as the limits are the same; for new ones it is asked at once.
        if (known is not null && _limits.GetValueOrDefault(key.Id) != key.Limits)
        {
            known.Apply(whole);
            report.Raise();
        }

        _limits[key.Id] = key.Limits;
        return whole.IsUnlimited ? null : known;
    }
}

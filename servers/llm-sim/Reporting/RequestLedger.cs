using System.Collections.Concurrent;
using System.Globalization;

namespace LlmSim.Reporting;

/// <summary>The last requests, oldest first, so that a test can compare what a client got with what was done for it.</summary>
internal sealed class RequestLedger(SimOptions options)
{
    private const int Kept = 100_000;

    private readonly ConcurrentQueue<RequestRecord> _records = new();
    private long _last;

    public IReadOnlyCollection<RequestRecord> Records => _records;

    public RequestRecord Begin(string kind, string? clientId)
    {
        var number = Interlocked.Increment(ref _last);
        var record = new RequestRecord(string.Create(CultureInfo.InvariantCulture, $"{kind}-{options.Name}-{number}")) { ClientId = clientId };
        _records.Enqueue(record);
        if (_records.Count > Kept)
        {
            _records.TryDequeue(out _);
        }

        return record;
    }

    public void Clear() => _records.Clear();
}

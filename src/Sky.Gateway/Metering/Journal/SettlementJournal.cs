using System.Globalization;
using Microsoft.Extensions.Logging;
using Sky.Core;
using Sky.Gateway.Reporting;

namespace Sky.Gateway.Metering.Journal;

/// <summary>
/// Every request to a model has a slot here: reserved before it is sent, kept up to date while its answer passes, settled before the
/// client sees its end. It is written without a call into the system and without a lock. Whatever ends the process loses nothing; a power
/// cut may lose what was written after the last flush, which is about a second. The room of one file more is always kept on the disk, and files
/// that were told become such room again, so that a disk that is full, also at a start, is no reason to count nothing.
/// </summary>
internal sealed partial class SettlementJournal : IDisposable
{
    /// <summary>Files at most, of about 2.4 MB: with no controller for so long, more than a million requests are kept, and others are not.</summary>
    public const int MostSegments = 300;

    private const string Uncounted = "journal";

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly string _spare;
    private readonly string _run;
    private readonly DiskTrouble _trouble;
    private readonly TimeProvider _time;
    private readonly ILogger<SettlementJournal> _logger;
    private readonly List<JournalSegment> _segments = [];
    private readonly long _start;
    private volatile JournalSegment? _current;
    private long _next;
    private long _failedAt = long.MinValue;
    private long _uncounted;

    public SettlementJournal(SkyHome home, string run, DiskTrouble trouble, TimeProvider time, ILogger<SettlementJournal> logger)
    {
        (_folder, _run, _trouble, _time, _logger) = (home.GatewayJournal, run, trouble, time, logger);
        _spare = Path.Combine(_folder, "spare.sky");
        Left = Find();

        // A run that begins again under its name goes on behind what it left.
        _start = Left.Select(path => JournalName.NumberOf(path, run)).DefaultIfEmpty(-1).Max() + 1;
        _next = _start * JournalSegment.Slots;
        Prepare();
    }

    /// <summary>The files of earlier runs.</summary>
    public IReadOnlyList<string> Left { get; }

    /// <summary>Where the next request will be.</summary>
    public long Next => Volatile.Read(ref _next);

    /// <summary>Requests of this run of which the controller has not been told, those in flight included.</summary>
    public long Untold => Segments.Sum(segment => Math.Clamp(Next - segment.First, 0, JournalSegment.Slots) - segment.Told);

    /// <summary>The files of this run, oldest first.</summary>
    public JournalSegment[] Segments
    {
        get
        {
            lock (_gate)
            {
                return [.. _segments];
            }
        }
    }

    /// <summary>A place for one request; null when there is no room for it, which is logged and told.</summary>
    public JournalEntry? Take()
    {
        var sequence = Interlocked.Increment(ref _next) - 1;
        var segment = _current;
        if (segment is null || sequence - segment.First is < 0 or >= JournalSegment.Slots)
        {
            segment = SegmentOf(sequence);
        }

        if (segment is null)
        {
            Interlocked.Increment(ref _uncounted);
            return null;
        }

        return new JournalEntry(segment, (int)(sequence - segment.First));
    }

    /// <summary>Sees to the room for the next file, before a request needs it, and says what was not counted.</summary>
    public void Prepare()
    {
        lock (_gate)
        {
            if (_segments.Count < MostSegments && !JournalSegment.IsWhole(_spare))
            {
                ReserveSpare();
            }
        }

        if (Interlocked.Read(ref _uncounted) is > 0 and var lost)
        {
            _trouble.Say(Uncounted, string.Create(CultureInfo.InvariantCulture, $"{lost} requests were served and not counted, for want of room in the journal"));
        }
    }

    /// <summary>Takes a file of this run out of use, all of whose requests the controller has.</summary>
    public void Remove(JournalSegment segment)
    {
        lock (_gate)
        {
            _segments.Remove(segment);
            _current = ReferenceEquals(_current, segment) ? null : _current;
        }

        segment.Dispose();
        Discard(segment.Path);
    }

    /// <summary>Gives up a file all of whose requests the controller has: its room is kept where there is none.</summary>
    public void Discard(string path)
    {
        lock (_gate)
        {
            if (JournalSegment.IsWhole(path) && !JournalSegment.IsWhole(_spare))
            {
                JournalSegment.Recycle(path, _spare);
                Writable();
            }
            else
            {
                File.Delete(path);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _segments.ForEach(segment => segment.Dispose());
            _segments.Clear();
            _current = null;
        }
    }

    private string[] Find()
    {
        try
        {
            return Directory.Exists(_folder) ? [.. Directory.EnumerateFiles(_folder, JournalName.Pattern).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            CannotRead(_logger, _folder, failure.Message);
            return [];
        }
    }

    private JournalSegment? SegmentOf(long sequence)
    {
        lock (_gate)
        {
            var segment = Find(sequence - (sequence % JournalSegment.Slots));
            _current = segment is null || _current?.First > segment.First ? _current : segment;
            return segment;
        }
    }

    private JournalSegment? Find(long first)
    {
        if (_segments.Find(segment => segment.First == first) is { } known)
        {
            return known;
        }

        return _failedAt != long.MinValue && _time.GetElapsedTime(_failedAt) < TimeSpan.FromSeconds(1) ? null : Create(first);
    }

    private JournalSegment? Create(long first)
    {
        try
        {
            if (_segments.Count >= MostSegments)
            {
                throw new IOException("it holds as many requests as it may, and no controller has taken them");
            }

            MakeFolder();
            var path = Path.Combine(_folder, JournalName.Of(_run, first / JournalSegment.Slots));
            var segment = JournalSegment.IsWhole(_spare) ? JournalSegment.Create(path, _run, first, _spare) : JournalSegment.Create(path, _run, first);
            _segments.Add(segment);
            return segment;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Failed(failure);
            return null;
        }
    }

    private void ReserveSpare()
    {
        try
        {
            MakeFolder();
            File.Delete(_spare);
            JournalSegment.Reserve(_spare);
            Writable();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Failed(failure);
        }
    }

    private void MakeFolder() => Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private void Failed(Exception failure)
    {
        _failedAt = _time.GetTimestamp();
        if (_trouble.Note(_folder, failure.Message))
        {
            CannotWrite(_logger, _folder, failure.Message);
        }
    }

    private void Writable()
    {
        _failedAt = long.MinValue;
        if (_trouble.Clear(_folder))
        {
            WritableAgain(_logger, _folder, Interlocked.Read(ref _uncounted));
        }
    }

    [LoggerMessage(4060, LogLevel.Error, "Cannot make room in the journal in {Folder}: {Reason}; requests are served, and counted only as far as the room that is there reaches")]
    private static partial void CannotWrite(ILogger logger, string folder, string reason);

    [LoggerMessage(4064, LogLevel.Warning, "The journal in {Folder} has room again; {Count} requests of this run were served and not counted")]
    private static partial void WritableAgain(ILogger logger, string folder, long count);

    [LoggerMessage(4065, LogLevel.Error, "Cannot look for journals in {Folder}: {Reason}")]
    private static partial void CannotRead(ILogger logger, string folder, string reason);
}

using Microsoft.Extensions.Logging.Abstractions;
using Sky.Core;
using Sky.Core.Metering;
using Sky.Gateway.Metering.Journal;
using Sky.Gateway.Reporting;
using Sky.SystemTests.Store;
using Xunit;

namespace Sky.SystemTests.Gateway.Metering;

/// <summary>Room for a file of the journal is kept, so that requests are counted where the disk is full.</summary>
public sealed class JournalOnAFullDiskTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-journal-");
    private readonly DiskTrouble _trouble = new();
    private readonly TinyDisk? _disk;

    public JournalOnAFullDiskTests() => _disk = TinyDisk.Mount(_folder.FullName, megabytes: 8);

    private SkyHome Home => new(_folder.FullName);

    public void Dispose()
    {
        _disk?.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void TheNextRunCountsInTheRoomThatTheOneBeforeKept()
    {
        Assert.SkipWhen(_disk is null, "a small file system cannot be mounted here");
        using (var killed = Journal("a"))
        {
            Settle(killed.Take()!);
            killed.Prepare();
            _disk!.Fill();
        }

        using var journal = Journal("b");
        var taken = Enumerable.Range(0, JournalSegment.Slots).Select(_ => journal.Take()).ToList();
        Assert.DoesNotContain(null, taken);
        Assert.Null(journal.Take());
        journal.Prepare();
        Assert.Equal(
            $"cannot write {Home.GatewayJournal}: No space left on device; 1 requests were served and not counted, for want of room in the journal",
            _trouble.Sentence);
    }

    [Fact]
    public void WhatWasToldIsRoomAgainAndNoRequestIsReadFromItTwice()
    {
        Assert.SkipWhen(_disk is null, "a small file system cannot be mounted here");
        using (var killed = Journal("a"))
        {
            Settle(killed.Take()!);
            Settle(killed.Take()!);
            killed.Prepare();
            _disk!.Fill();
        }

        using (var second = Journal("b"))
        {
            Settle(second.Take()!);
            second.Prepare();
            Assert.NotNull(_trouble.Sentence);

            second.Discard(Assert.Single(second.Left));
            Assert.Null(_trouble.Sentence);
        }

        using var third = Journal("c");
        Settle(third.Take()!);
        var room = Assert.Single(third.Segments);
        Assert.Equal(("c", 1), (room.Run, Enumerable.Range(0, JournalSegment.Slots).Count(slot => room.Settlement(slot, ended: true) is not null)));
        Assert.Single(third.Left);
    }

    [Fact]
    public void AStartWithoutAnyRoomServesSaysWhatItDidNotCountAndCountsWhenThereIsRoom()
    {
        Assert.SkipWhen(_disk is null, "a small file system cannot be mounted here");
        _disk!.Fill();
        using var journal = new SettlementJournal(Home, "a", _trouble, TimeProvider.System, NullLogger<SettlementJournal>.Instance);
        Assert.Null(journal.Take());
        Assert.StartsWith($"cannot write {Home.GatewayJournal}: No space left on device", _trouble.Sentence, StringComparison.Ordinal);

        _disk.Free();
        journal.Prepare();

        Assert.NotNull(journal.Take());
        Assert.Equal("1 requests were served and not counted, for want of room in the journal", _trouble.Sentence);
    }

    [Fact]
    public void RoomWhoseMakerWasKilledIsMadeAnew()
    {
        Directory.CreateDirectory(Home.GatewayJournal);
        File.WriteAllBytes(Path.Combine(Home.GatewayJournal, "spare.sky"), new byte[1000]);

        using var journal = Journal("a");
        Settle(journal.Take()!);

        Assert.Null(_trouble.Sentence);
        Assert.NotNull(journal.Segments[0].Settlement(0, ended: true));
    }

    private static void Settle(JournalEntry entry)
    {
        entry.Reserve(new ReservationRecord { Key = null, Service = "svc", Model = "m", Reserved = default, Prices = null, At = DateTimeOffset.UnixEpoch });
        entry.Settle(new ProgressRecord(DateTimeOffset.UnixEpoch, new TokenUsage(0, 0, 1), 1, 1, 1, SettlementKind.Exact));
    }

    private SettlementJournal Journal(string run) => new(Home, run, _trouble, TimeProvider.System, NullLogger<SettlementJournal>.Instance);
}

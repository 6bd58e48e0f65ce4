using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Reconciling;
using Sky.Core.Services;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>One serial queue a service: never two passes at once, none forgotten, and no service in another's way.</summary>
public sealed class WorkQueueTests
{
    private static readonly ServiceName A = new("a");
    private static readonly ServiceName B = new("b");
    private readonly FakeTimeProvider _time = new();
    private readonly WorkQueue _queue;

    public WorkQueueTests() => _queue = new WorkQueue(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ServiceInWorkIsNotGivenAgainBeforeItIsDone()
    {
        _queue.Add(A);
        Assert.Equal(A, await _queue.TakeAsync(Token));

        _queue.Add(A);
        var next = _queue.TakeAsync(Token);
        Assert.False(await EndsAsync(next));

        _queue.Done(A);
        Assert.Equal(A, await next);
    }

    [Fact]
    public async Task AskingManyTimesWhileItWaitsOrWorksIsOnePassMore()
    {
        _queue.Add(A);
        _queue.Add(A);
        Assert.Equal(A, await _queue.TakeAsync(Token));
        _queue.Add(A);
        _queue.Add(A);
        _queue.Done(A);
        Assert.Equal(A, await _queue.TakeAsync(Token));
        _queue.Done(A);

        Assert.False(await EndsAsync(_queue.TakeAsync(Token)));
    }

    [Fact]
    public async Task OneServiceInWorkDoesNotKeepAnotherWaiting()
    {
        _queue.Add(A);
        Assert.Equal(A, await _queue.TakeAsync(Token));
        _queue.Add(A);
        _queue.Add(B);

        Assert.Equal(B, await _queue.TakeAsync(Token));
        _queue.Done(B);
        _queue.Done(A);
        Assert.Equal(A, await _queue.TakeAsync(Token));
    }

    [Fact]
    public async Task OfSeveralTimesTheEarliestCountsAndAPassTakesThemAll()
    {
        _queue.AddAt(A, _time.GetUtcNow() + TimeSpan.FromSeconds(60));
        _queue.AddAt(A, _time.GetUtcNow() + TimeSpan.FromSeconds(10));
        _queue.AddAt(A, _time.GetUtcNow() + TimeSpan.FromSeconds(30));
        var next = _queue.TakeAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(await EndsAsync(next));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(A, await next);
        _queue.Done(A);
        var later = _queue.TakeAsync(Token);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.False(await EndsAsync(later));
    }

    [Fact]
    public async Task TimeThatComesDuringAPassLeadsToAnother()
    {
        _queue.Add(A);
        Assert.Equal(A, await _queue.TakeAsync(Token));
        _queue.AddAt(A, _time.GetUtcNow() + TimeSpan.FromSeconds(1));
        var next = _queue.TakeAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await EndsAsync(next));

        _queue.Done(A);

        Assert.Equal(A, await next);
    }

    [Fact]
    public async Task WithManyAtOnceNoPassOverlapsAnotherOfItsServiceAndEveryAskingIsFollowedByOne()
    {
        const int Services = 5, Askings = 2000, Workers = 4;
        var queue = new WorkQueue(TimeProvider.System);
        var (asked, seen, inWork) = (new int[Services], new int[Services], new int[Services]);
        var overlaps = new ConcurrentQueue<int>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var workers = Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            while (await TakeAsync(queue, stop.Token) is { } service)
            {
                var index = int.Parse(service.Value[1..]);
                if (Interlocked.Increment(ref inWork[index]) != 1)
                {
                    overlaps.Enqueue(index);
                }

                Volatile.Write(ref seen[index], Volatile.Read(ref asked[index]));
                await Task.Yield();
                Interlocked.Decrement(ref inWork[index]);
                queue.Done(service);
            }
        })).ToList();

        await Task.WhenAll(Enumerable.Range(0, Services).Select(index => Task.Run(async () =>
        {
            for (var i = 0; i < Askings; i++)
            {
                Interlocked.Increment(ref asked[index]);
                queue.Add(new ServiceName($"s{index}"));
                if (i % 100 == 0)
                {
                    await Task.Yield();
                }
            }
        })));
        for (var i = 0; i < 6000 && !Enumerable.Range(0, Services).All(index => Volatile.Read(ref seen[index]) == Askings); i++)
        {
            await Task.Delay(10, Token);
        }

        Assert.Equal(Enumerable.Repeat(Askings, Services), seen);
        Assert.Empty(overlaps);
        await stop.CancelAsync();
        await Task.WhenAll(workers);
    }

    private static async Task<ServiceName?> TakeAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        try
        {
            return await queue.TakeAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Whether it has an answer once all that was set off has run.</summary>
    private static async Task<bool> EndsAsync(Task task)
    {
        await Task.WhenAny(task, Task.Delay(100, Token));
        return task.IsCompleted;
    }
}

using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>A second replica is asked when the first takes long to begin its answer, within a budget, and never when an answer has begun.</summary>
public sealed class HedgingTests : IAsyncDisposable
{
    private const string Body = """{"model":"llm","messages":[]}""";
    private const string Answer = """{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}""";
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });
    private static readonly HedgeSpec Always = new() { AfterSeconds = 0.02, BudgetPercent = 100 };
    private GatewayTestBed _bed = new();
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _asked;
    private int _slow;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private int Asked => Volatile.Read(ref _asked);

    [Theory]
    [InlineData("GET", null, false)]
    [InlineData("POST", "k1", false)]
    [InlineData("POST", null, true)]
    public async Task The_faster_answer_is_given_the_slower_replica_is_told_and_one_settlement_names_the_faster_one(string method, string? key, bool inference)
    {
        await StartAsync(Always with { Inference = inference }, FirstIsSilent);
        using var response = await SendAsync(method, key);
        Assert.Equal(Answer, await response.Content.ReadAsStringAsync(Cancel));
        await _told.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.Equal(2, Asked);
        await GatewayTestBed.UntilAsync(() => _bed.InFlight == 0);
        if (method == "POST")
        {
            await GatewayTestBed.UntilAsync(() => !_bed.Controller.Settlements.IsEmpty);
            var settlement = Assert.Single(_bed.Controller.Settlements.Values);
            Assert.Equal((3 - _slow, 4), (settlement.Replica, settlement.Usage.Completion));
        }
    }

    [Theory]
    [InlineData(null, false, 100)]
    [InlineData("k1", false, 5)]
    public async Task What_may_not_run_twice_and_what_the_budget_does_not_allow_is_asked_once(string? key, bool inference, double percent)
    {
        await StartAsync(Always with { Inference = inference, BudgetPercent = percent }, FirstIsSilent);
        var asking = SendAsync("POST", key);
        await GatewayTestBed.UntilAsync(() => Asked == 1);
        var others = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SendAsync("POST", key)));
        Assert.Equal(6, Asked);
        _goOn.SetResult();
        (await asking).Dispose();
        Array.ForEach(others, other => other.Dispose());
        Assert.Equal(6, Asked);
    }

    [Fact]
    public async Task An_answer_that_has_begun_is_waited_for()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        _bed = new GatewayTestBed { Time = time };
        await StartAsync(Always with { AfterSeconds = 10 }, async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await _goOn.Task;
            await context.Response.WriteAsync("data: 2\n\n");
        });
        using var response = await SendAsync("POST", "k1", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("data: 1", await reader.ReadLineAsync(Cancel));
        time.Advance(TimeSpan.FromSeconds(60));
        _goOn.SetResult();
        Assert.Equal("\ndata: 2\n\n", await reader.ReadToEndAsync(Cancel));
        Assert.Equal(1, Asked);
    }

    [Fact]
    public async Task After_p95_is_what_95_of_the_last_answers_took_and_nothing_is_asked_twice_before_twenty_are_known()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        _bed = new GatewayTestBed { Time = time };
        var silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await StartAsync(Always with { AfterSeconds = null }, async (context, number) =>
        {
            if (number <= 20)
            {
                // The slowest of twenty takes long, the nineteenth three seconds.
                time.Advance(TimeSpan.FromSeconds(number == 20 ? 30 : number == 19 ? 3 : 1));
            }
            else if (number == 21)
            {
                silent.SetResult();
                await _goOn.Task.WaitAsync(context.RequestAborted);
            }

            await context.Response.WriteAsync("fine");
        });
        for (var n = 0; n < 20; n++)
        {
            (await SendAsync("GET", null)).Dispose();
        }

        Assert.Equal(20, Asked);
        var asking = SendAsync("GET", null);
        await silent.Task.WaitAsync(Cancel);
        var waited = TimeSpan.Zero;
        await GatewayTestBed.UntilAsync(() =>
        {
            if (Asked == 22)
            {
                return true;
            }

            waited += TimeSpan.FromSeconds(0.25);
            time.Advance(TimeSpan.FromSeconds(0.25));
            return false;
        });
        Assert.True(waited >= TimeSpan.FromSeconds(3), $"asked after {waited}");
        using var response = await asking;
        Assert.Equal("fine", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Headers_alone_are_no_answer()
    {
        await StartAsync(Always, async (context, number) =>
        {
            if (number == 1)
            {
                await context.Response.Body.FlushAsync();
            }

            await FirstIsSilent(context, number);
        });
        using var response = await SendAsync("POST", "k1");
        Assert.Equal(Answer, await response.Content.ReadAsStringAsync(Cancel));
        await _told.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
    }

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 200)]
    public async Task A_failure_of_one_waits_for_the_other(int failing, int status)
    {
        await StartAsync(Always, async (context, number) =>
        {
            if (number == 1)
            {
                await GatewayTestBed.UntilAsync(() => Asked == 2);
            }

            if (number == failing)
            {
                context.Response.StatusCode = 500;
                return;
            }

            await Task.Delay(100);
            await context.Response.WriteAsync("fine");
        });
        using var response = await SendAsync("GET", null);
        Assert.Equal((status, "fine"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel)));
    }

    [Fact]
    public async Task A_client_that_leaves_is_noticed_by_both()
    {
        var left = 0;
        await StartAsync(Always, async (context, _) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
            finally
            {
                Interlocked.Increment(ref left);
            }
        });
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var asking = Http.GetAsync(_bed.Url(), leave.Token);
        await GatewayTestBed.UntilAsync(() => Asked == 2);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await GatewayTestBed.UntilAsync(() => left == 2 && _bed.InFlight == 0);
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    private async Task StartAsync(HedgeSpec hedge, Func<HttpContext, int, Task> answer)
    {
        RequestDelegate handler = async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            if (context.Request.Path == "/v1/models")
            {
                // The gateway's own question which models there are.
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            await answer(context, Interlocked.Increment(ref _asked));
        };
        await _bed.StartAsync(handler, handler);
        await _bed.PublishAsync(_bed.Endpoints() with { Hedge = hedge });
    }

    /// <summary>Whichever replica is asked first says nothing.</summary>
    private async Task FirstIsSilent(HttpContext context, int number)
    {
        if (number == 1)
        {
            _slow = _bed.Backends.Single(backend => backend.Port == context.Connection.LocalPort).Id;
            try
            {
                await _goOn.Task.WaitAsync(context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                _told.TrySetResult();
                throw;
            }
        }

        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "application/json";
        }

        await context.Response.WriteAsync(Answer);
    }

    private Task<HttpResponseMessage> SendAsync(string method, string? key, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_bed.Address, method == "GET" ? "/services/llm/x" : "/v1/chat/completions"));
        if (method == "POST")
        {
            request.Content = new StringContent(Body, Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return Http.SendAsync(request, until, Cancel);
    }
}

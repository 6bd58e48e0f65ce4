using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>A gateway that may ask the second of two replicas, and who asks it.</summary>
internal sealed class HedgingBed(TimeProvider? time = null) : IAsyncDisposable
{
    public const string Answer = """{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}""";
    public static readonly HedgeSpec Always = new() { AfterSeconds = 0.02, BudgetPercent = 100 };
    private const string Body = """{"model":"llm","messages":[]}""";
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });
    private int _asked;

    public GatewayTestBed Gateway { get; } = new() { Time = time ?? TimeProvider.System };

    /// <summary>Done when the silent one has heard that nobody waits for it.</summary>
    public TaskCompletionSource Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Has the silent one answer.</summary>
    public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How often replicas were asked.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>The replica that was asked first.</summary>
    public int Slow { get; private set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    public async Task StartAsync(HedgeSpec hedge, Func<HttpContext, int, Task> answer)
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
        await Gateway.StartAsync(handler, handler);
        await Gateway.PublishAsync(Gateway.Endpoints() with { Hedge = hedge });
    }

    /// <summary>Whichever replica is asked first says nothing.</summary>
    public async Task FirstIsSilent(HttpContext context, int number)
    {
        if (number == 1)
        {
            Slow = Gateway.Backends.Single(backend => backend.Port == context.Connection.LocalPort).Id;
            try
            {
                await GoOn.Task.WaitAsync(context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                Told.TrySetResult();
                throw;
            }
        }

        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "application/json";
        }

        await context.Response.WriteAsync(Answer);
    }

    public Task<HttpResponseMessage> SendAsync(string method, string? key, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Gateway.Address, method == "GET" ? "/services/llm/x" : "/v1/chat/completions"));
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

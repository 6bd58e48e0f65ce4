using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Sky.Core;
using Sky.Core.Metering;
using Sky.Testing.Processes;

namespace Sky.Bench.Forwarding;

/// <summary>As much of a controller as a gateway needs to get rid of its settlements: it takes and counts them, and tells nothing.</summary>
internal sealed class StubController : IAsyncDisposable
{
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(2);
    private readonly WebApplication _application;
    private readonly HashSet<(string Gateway, long Sequence)> _settled = [];
    private readonly Lock _gate = new();

    private StubController(WebApplication application, string address) => (_application, Address) = (application, address);

    public string Address { get; }

    /// <summary>Requests that were settled.</summary>
    public int Settled
    {
        get
        {
            lock (_gate)
            {
                return _settled.Count;
            }
        }
    }

    /// <summary>Settlements of a request that had one already: a gateway that heard no answer tells again.</summary>
    public int ToldAgain { get; private set; }

    public static async Task<StubController> StartAsync(CancellationToken cancellationToken)
    {
        var port = FreePorts.Take(1)[0];
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port, o => o.Protocols = HttpProtocols.Http1));
        var application = builder.Build();
        var controller = new StubController(application, $"http://127.0.0.1:{port}");
        application.Run(controller.AnswerAsync);
        await application.StartAsync(cancellationToken);
        return controller;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path.EndsWith("/watch", StringComparison.Ordinal))
        {
            await StayAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (path.EndsWith("/settlements", StringComparison.Ordinal))
        {
            await CountAsync(context);
        }
    }

    /// <summary>Nothing changes.</summary>
    private static async Task StayAsync(HttpContext context)
    {
        try
        {
            while (true)
            {
                await context.Response.WriteAsync("\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(SignOfLife, context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task CountAsync(HttpContext context)
    {
        var batch = await context.Request.ReadFromJsonAsync(SkyJson.Default.SettlementBatch, context.RequestAborted);
        lock (_gate)
        {
            foreach (var settlement in batch!.Settlements)
            {
                ToldAgain += _settled.Add((batch.Gateway, settlement.Sequence)) ? 0 : 1;
            }
        }
    }
}

// A replica with every habit that a test needs. Listens on 127.0.0.1 at the port in SKY_PORT or in the first argument.
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

var port = args.Length > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out var given)
    ? given
    : int.Parse(Environment.GetEnvironmentVariable("SKY_PORT")!, CultureInfo.InvariantCulture);
var id = Environment.GetEnvironmentVariable("SKYPILOT_SERVE_REPLICA_ID") ?? "?";
var tag = Environment.GetEnvironmentVariable("TAG") ?? "";
var notReadyUntil = DateTime.UtcNow.AddMilliseconds(Number("READY_AFTER_MS", 0));
var healthy = true;
var closed = false;

await Task.Delay(Number("START_DELAY_MS", 0));
Console.WriteLine($"replica {id} {tag} starts on port {port}");
if (Number("EXIT_CODE", -1) is var code and >= 0)
{
    Console.Error.WriteLine("a user bug: it gives up");
    return code;
}

var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.ListenLocalhost(port));
builder.Services.AddRoutingCore();
var app = builder.Build();
app.UseRouting();
app.UseWebSockets();
app.MapMethods("/", ["GET", "POST"], () => $"id={id} tag={tag} pid={Environment.ProcessId}");
app.MapGet("/health", () => healthy && DateTime.UtcNow >= notReadyUntil ? Results.Text("ok") : Results.StatusCode(503));
app.MapPost("/sick", () => healthy = false);
app.MapPost("/well", () => healthy = true);
app.MapPost("/exit", (HttpContext context) => Environment.Exit(int.Parse(context.Request.Query["code"].ToString(), CultureInfo.InvariantCulture)));
app.MapGet("/presented", (HttpContext context) => Results.Text(context.Request.Headers.Authorization.ToString()));
app.MapPost("/echo", async context => await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted));
app.MapGet("/slow", async (HttpContext context) =>
{
    await Task.Delay(int.Parse(context.Request.Query["ms"].ToString(), CultureInfo.InvariantCulture), context.RequestAborted);
    return $"id={id} tag={tag}";
});
app.MapGet("/stream", async context =>
{
    var events = int.Parse(context.Request.Query["events"].ToString(), CultureInfo.InvariantCulture);
    var delay = int.Parse(context.Request.Query["ms"].ToString(), CultureInfo.InvariantCulture);
    context.Response.ContentType = "text/event-stream";
    for (var i = 0; i < events; i++)
    {
        await context.Response.WriteAsync($"data: {i} id={id} tag={tag}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(delay, context.RequestAborted);
    }

    await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
});

// A stream that ends when it is told to, by a request past the gateway.
app.MapPost("/close", () => closed = true);
app.MapGet("/open", async context =>
{
    for (var i = 0; !closed; i++)
    {
        await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(50, context.RequestAborted);
    }

    await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
});
await app.RunAsync();
return 0;

static int Number(string variable, int otherwise) =>
    int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

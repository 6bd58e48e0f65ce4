using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sky.Testing.Clouds.Azure;

/// <summary>
/// Azure's management on a port of this machine: resource groups, networks and virtual machines as Azure documents them, with operations that go on
/// after they are answered, instance views, evictions, throttling and challenges. No real Azure is behind it.
/// </summary>
public sealed class ArmEndpoint : IAsyncDisposable
{
    public const string Subscription = "11111111-2222-3333-4444-555555555555";

    /// <summary>What a managed identity of App Service must present.</summary>
    public const string IdentityHeader = "identity-header";

    private readonly Lock _gate = new();
    private readonly ArmWorld _world = new();
    private readonly ArmMachines _machines;
    private readonly ArmTokens _tokens = new();
    private readonly List<ArmCall> _calls = [];
    private readonly Queue<(Func<ArmCall, bool> Which, ArmError Error)> _refusals = new();
    private readonly WebApplication _app;

    private ArmEndpoint(WebApplication app)
    {
        _app = app;
        _machines = new ArmMachines(_world);
    }

    public Uri Address => new(_app.Urls.First() + "/");

    /// <summary>Seen after a call's effect and before its answer; what it throws breaks the connection off.</summary>
    public Action<ArmCall>? BeforeAnswer { get; set; }

    /// <summary>Seen before a call's effect; what it throws breaks the connection off.</summary>
    public Action<ArmCall>? BeforeEffect { get; set; }

    /// <summary>The only actions that are allowed; null: all.</summary>
    public IReadOnlySet<string>? Allowed { get; set; }

    public IReadOnlyList<ArmCall> Calls => Do(() => _calls.ToList());

    public static async Task<ArmEndpoint> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var endpoint = new ArmEndpoint(app);
        app.Run(endpoint.AnswerAsync);
        await app.StartAsync();
        return endpoint;
    }

    /// <summary>What there is of a kind, as Azure shows it; machines with their instance view.</summary>
    public IReadOnlyList<JsonObject> Of(string type) => Do(() => _world.Of(type).Select(one => (JsonObject)one.DeepClone()).ToList());

    /// <summary>The kinds and names of all there is, without groups, networks and security groups.</summary>
    public IReadOnlyList<string> Bought() => Do(() => _world.All.Where(one => (string?)one["type"] is not (ArmId.Groups or "Microsoft.Network/virtualNetworks" or "Microsoft.Network/networkSecurityGroups"))
        .Select(one => $"{((string)one["type"]!).Split('/')[1]}/{one["name"]}").Order(StringComparer.Ordinal).ToList());

    /// <summary>A token that counts.</summary>
    public string Token(string? claims = null) => Do(() => _tokens.Issue(claims));

    public void DemandClaims(string claims) => Do(() => _tokens.Demand(claims));

    /// <summary>The next call of that kind is refused, without effect.</summary>
    public void RefuseNext(string method, string type, ArmError error) =>
        Do(() => _refusals.Enqueue((call => call.Method == method && string.Equals(call.Type, type, StringComparison.OrdinalIgnoreCase), error)));

    /// <summary>The next machine is taken on, and fails.</summary>
    public void FailNextMachine(ArmError error, bool spot = false) => Do(() => (spot ? _machines.SpotFailures : _machines.Failures).Enqueue(error));

    /// <summary>False: machines stay as they are, and what is removed stays, until <see cref="Settle"/>, or an operation is polled.</summary>
    public void FinishByItself(bool yes) => Do(() => _world.FinishesByItself = yes);

    /// <summary>How often an operation is in progress before it is done, and how often all were asked about.</summary>
    public void Polls(int polls) => Do(() => _world.Polls = polls);

    public int PollsSeen => Do(_world.PollsOfAll);

    public void Settle() => Do(_world.Settle);

    /// <summary>Azure takes the spot machine away.</summary>
    public void Evict(string machine) => Do(() => _machines.Evict(Machine(machine)));

    /// <summary>The machine is stopped, by whomever: <c>stopped</c>, <c>deallocated</c>.</summary>
    public void Stop(string machine, string power = "deallocated") => Do(() => ArmMachines.Stop(Machine(machine), power));

    /// <summary>Changes a resource behind everybody's back.</summary>
    public void Change(string type, string name, Action<JsonObject> change) => Do(() => change(_world.Of(type).Single(one => (string?)one["name"] == name)));

    /// <summary>Puts something there that nobody asked for.</summary>
    public void Put(JsonObject resource) => Do(() => _world.Put(resource));

    /// <summary>All that lies in or below a path is gone.</summary>
    public void Remove(string path) => Do(() => _world.RemoveAll(path));

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private JsonObject Machine(string name) => _world.Of(ArmMachines.Type).Single(one => (string?)one["name"] == name);

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/msi/token")
        {
            await GiveTokenAsync(context);
            return;
        }

        var body = await ReadAsync(context.Request);
        try
        {
            var query = context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var call = Do(() => Note(new ArmCall(_calls.Count + 1, context.Request.Method, context.Request.Path, query, body)));
            BeforeEffect?.Invoke(call);
            var answer = Do(() => AnswerOrRefuse(call, context));
            BeforeAnswer?.Invoke(call);
            await WriteAsync(context, answer, call);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    private ArmCall Note(ArmCall call)
    {
        _calls.Add(call);
        return call;
    }

    private ArmAnswer AnswerOrRefuse(ArmCall call, HttpContext context)
    {
        try
        {
            return Answer(call, context);
        }
        catch (ArmException refusal)
        {
            if (refusal.Error.RetryAfter is { } seconds)
            {
                context.Response.Headers.RetryAfter = $"{seconds}";
            }

            return new ArmAnswer(refusal.Error.Status, ArmAnswer.Error(refusal.Error));
        }
    }

    private ArmAnswer Answer(ArmCall call, HttpContext context)
    {
        if (_tokens.Challenge(context.Request) is { } challenge)
        {
            context.Response.Headers.WWWAuthenticate = challenge;
            throw new ArmException(new ArmError(401, "InvalidAuthenticationToken", "The access token is missing or invalid."));
        }

        if (_refusals.TryPeek(out var next) && next.Which(call))
        {
            throw new ArmException(_refusals.Dequeue().Error);
        }

        if (Allowed is { } allowed && call.Actions.FirstOrDefault(action => !allowed.Contains(action)) is { } forbidden)
        {
            throw new ArmException(new ArmError(403, "AuthorizationFailed", $"The client does not have authorization to perform action '{forbidden}' over scope '{call.Path}' or the scope is invalid."));
        }

        if (!call.Query.ContainsKey("api-version"))
        {
            throw new ArmException(ArmError.Bad("MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests."));
        }

        var answer = new ArmRouter(_world, _machines).Answer(call);
        return answer;
    }

    private static async Task<JsonObject?> ReadAsync(HttpRequest request) => request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0
        ? await JsonNode.ParseAsync(request.Body) as JsonObject
        : null;

    private static async Task WriteAsync(HttpContext context, ArmAnswer answer, ArmCall call)
    {
        context.Response.StatusCode = answer.Status;
        if (answer.Operation is { } operation)
        {
            // As clients know this address: with TLS.
            var space = call.Type.Split('/')[0];
            var where = $"https://{context.Request.Host}/subscriptions/{Subscription}/providers/{space}/locations/here/operations/{operation.Id}?api-version=2023-03-01";
            context.Response.Headers["Azure-AsyncOperation"] = where;
            if (answer.Status == 202)
            {
                context.Response.Headers.Location = where + "&result=1";
            }
        }

        if (answer.Body is { } body && call.Method != "HEAD")
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            var text = body.ToJsonString().Replace("\"nextLink\":\"/", $"\"nextLink\":\"https://{context.Request.Host}/", StringComparison.Ordinal);
            await context.Response.WriteAsync(text);
        }
    }

    private async Task GiveTokenAsync(HttpContext context)
    {
        if (context.Request.Headers["X-IDENTITY-HEADER"] != IdentityHeader)
        {
            context.Response.StatusCode = 401;
            return;
        }

        await context.Response.WriteAsJsonAsync(new Dictionary<string, string>
        {
            ["access_token"] = Token(),
            ["expires_on"] = $"{DateTimeOffset.UtcNow.AddHours(12).ToUnixTimeSeconds()}",
            ["resource"] = context.Request.Query["resource"].ToString(),
            ["token_type"] = "Bearer",
        });
    }

    private void Do(Action act) => Do(() =>
    {
        act();
        return true;
    });

    private T Do<T>(Func<T> act)
    {
        lock (_gate)
        {
            return act();
        }
    }
}

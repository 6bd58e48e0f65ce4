using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sky.Controller.Api;
using Sky.Core.Services;
using Sky.Core.Traffic.Experiments;

namespace Sky.Cli.Client;

/// <summary>
/// The controller's HTTP API. Throws <see cref="ControllerUnreachableException"/> when there is no connection and
/// <see cref="ControllerRefusedException"/> for an answer that is an error.
/// </summary>
/// <param name="address">Where it is.</param>
/// <param name="lookAgain">Where it is now, asked while it cannot be reached: one that was killed is back soon, maybe elsewhere. Null: fail at once.</param>
/// <remarks>
/// It is never closed: its command ends with it, and the system closes what is open. A request is waited for in place, and so is the
/// connection on this machine: a program that has just started takes longer to compile the steps of a wait than the answer takes.
/// </remarks>
internal sealed class ControllerClient(ControllerAddress address, Func<ControllerAddress?>? lookAgain = null)
{
    private static readonly TimeSpan ComeBackTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        ConnectCallback = address.Url.IsLoopback ? (connection, _) => ValueTask.FromResult(LoopbackStream.Connect(connection.DnsEndPoint)) : null,
    });

    private ControllerAddress _address = address;

    public Uri Url => _address.Url;

    /// <summary>All services, or those of <paramref name="names"/> that exist.</summary>
    public async Task<IReadOnlyList<ServiceView>> ListAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var query = string.Join('&', names.Select(name => $"name={Uri.EscapeDataString(name)}"));
        var path = query.Length == 0 ? "services" : $"services?{query}";
        using var response = Checked(await SendRawAsync(HttpMethod.Get, path, null, cancellationToken));
        return ServiceViewReader.ReadAll(Bytes(response));
    }

    /// <summary>The service, or null when there is none of that name.</summary>
    public async Task<ServiceView?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            using var response = Checked(await SendRawAsync(HttpMethod.Get, $"services/{Escape(name)}", null, cancellationToken));
            return ServiceViewReader.ReadOne(Bytes(response));
        }
        catch (ControllerRefusedException refused) when (refused.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public async Task<PutServiceResponse> PutAsync(string name, PutServiceRequest request, CancellationToken cancellationToken)
    {
        var body = Body(request, RequestJson.Default.PutServiceRequest);
        using var response = Checked(await SendRawAsync(HttpMethod.Put, $"services/{Escape(name)}", body, cancellationToken));
        return PutServiceResponseReader.Read(Bytes(response));
    }

    /// <param name="name">The service.</param>
    /// <param name="purge">Forgets what cannot be stopped.</param>
    /// <param name="now">Cuts requests in flight.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task DeleteAsync(string name, bool purge, bool now, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"services/{Escape(name)}{DeleteQuery(purge, now)}", null, cancellationToken);

    /// <inheritdoc cref="DeleteAsync"/>
    public Task DeleteReplicaAsync(string name, int replica, bool purge, bool now, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"services/{Escape(name)}/replicas/{replica}{DeleteQuery(purge, now)}", null, cancellationToken);

    public Task<HistoryView> HistoryAsync(string name, CancellationToken cancellationToken) =>
        GetAsync($"services/{Escape(name)}/history", ApiJson.Default.HistoryView, cancellationToken);

    public Task<PutServiceResponse> RollbackAsync(string name, int? to, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"services/{Escape(name)}/rollback", Body(new RollbackRequest(to), ApiJson.Default.RollbackRequest), ApiJson.Default.PutServiceResponse, cancellationToken);

    public Task<PutServiceResponse> ScaleAsync(string name, int? replicas, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"services/{Escape(name)}/scale", Body(new ScaleRequest(replicas), ApiJson.Default.ScaleRequest), ApiJson.Default.PutServiceResponse, cancellationToken);

    public Task<TrafficView> TrafficAsync(string name, CancellationToken cancellationToken) =>
        GetAsync($"services/{Escape(name)}/traffic", ApiJson.Default.TrafficView, cancellationToken);

    public Task<PutServiceResponse> TrafficAsync(string name, TrafficRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"services/{Escape(name)}/traffic", Body(request, ApiJson.Default.TrafficRequest), ApiJson.Default.PutServiceResponse, cancellationToken);

    public Task<ExperimentView> ExperimentAsync(string name, CancellationToken cancellationToken) =>
        GetAsync($"services/{Escape(name)}/experiment", ApiJson.Default.ExperimentView, cancellationToken);

    public Task<IReadOnlyList<KeyView>> KeysAsync(CancellationToken cancellationToken) =>
        GetAsync("keys", ApiJson.Default.IReadOnlyListKeyView, cancellationToken);

    public Task<KeySecretView> CreateKeyAsync(CreateKeyRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "keys", Body(request, ApiJson.Default.CreateKeyRequest), ApiJson.Default.KeySecretView, cancellationToken);

    public Task<KeySecretView> RotateKeyAsync(string key, TimeSpan grace, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"keys/{Escape(key)}/rotate", Body(new RotateKeyRequest(grace.TotalSeconds), ApiJson.Default.RotateKeyRequest), ApiJson.Default.KeySecretView, cancellationToken);

    public Task<KeyView> RevokeKeyAsync(string key, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"keys/{Escape(key)}/revoke", null, ApiJson.Default.KeyView, cancellationToken);

    public Task<UsageView> UsageAsync(DateTimeOffset since, string? key, string? service, bool hourly, CancellationToken cancellationToken)
    {
        var query = $"usage?since={Escape(since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))}&hourly={(hourly ? "true" : "false")}";
        query += key is null ? "" : $"&key={Escape(key)}";
        query += service is null ? "" : $"&service={Escape(service)}";
        return GetAsync(query, ApiJson.Default.UsageView, cancellationToken);
    }

    /// <summary>Whether it answers at all.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendOnceAsync(Request(HttpMethod.Get, "status", null), follow: false, cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public Task<ControllerView> StatusAsync(CancellationToken cancellationToken) =>
        GetAsync("status", ApiJson.Default.ControllerView, cancellationToken);

    /// <summary>With <paramref name="down"/>: takes everything down first. The answer names what could not be stopped.</summary>
    public Task<ShutdownView> ShutdownAsync(bool down, bool now, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"shutdown?down={(down ? "true" : "false")}{(now ? "&now=true" : "")}", null, ApiJson.Default.ShutdownView, cancellationToken);

    /// <summary>Whether a workdir archive of this hash was uploaded before.</summary>
    public async Task<bool> HasWorkdirAsync(string hash, CancellationToken cancellationToken)
    {
        using var response = await SendRawAsync(HttpMethod.Head, $"workdirs/{hash}", null, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound ? false : Checked(response).IsSuccessStatusCode;
    }

    /// <param name="hash">SHA-256 of the archive, lower-case hex.</param>
    /// <param name="archive">Makes the content, from its beginning.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task PutWorkdirAsync(string hash, Func<HttpContent> archive, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"workdirs/{hash}", () => Content(archive(), "application/x-tar"), cancellationToken);

    public IAsyncEnumerable<string> ReplicaLogsAsync(string name, int replica, int? tail, bool follow, CancellationToken cancellationToken) =>
        LinesAsync($"services/{Escape(name)}/replicas/{replica}/logs?{LogQuery(tail, follow)}", cancellationToken);

    /// <summary>The log of the <c>controller</c> or the <c>gateway</c>.</summary>
    public IAsyncEnumerable<string> ProcessLogsAsync(string process, int? tail, bool follow, CancellationToken cancellationToken) =>
        LinesAsync($"logs/{process}?{LogQuery(tail, follow)}", cancellationToken);

    /// <summary>Text lines of a streamed answer, as they come.</summary>
    public async IAsyncEnumerable<string> LinesAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = Checked(await SendRawAsync(HttpMethod.Get, path, null, cancellationToken, follow: true));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return line;
        }
    }

    private static string Escape(string name) => Uri.EscapeDataString(name);

    private static string DeleteQuery(bool purge, bool now) => (purge, now) switch
    {
        (true, true) => "?purge=true&now=true",
        (true, false) => "?purge=true",
        (false, true) => "?now=true",
        _ => "",
    };

    private static string LogQuery(int? tail, bool follow) => $"follow={(follow ? "true" : "false")}{(tail is null ? "" : $"&tail={tail}")}";

    private static Func<HttpContent> Body<T>(T value, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return () => Content(new ByteArrayContent(bytes), "application/json");
    }

    private static HttpContent Content(HttpContent content, string type)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, type, cancellationToken);

    private async Task<T> SendAsync<T>(HttpMethod method, string path, Func<HttpContent>? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = Checked(await SendRawAsync(method, path, body, cancellationToken));
        return JsonSerializer.Deserialize(Bytes(response), type)
            ?? throw new ControllerUnreachableException($"The controller at {Url} gave an empty answer.");
    }

    private async Task SendAsync(HttpMethod method, string path, Func<HttpContent>? body, CancellationToken cancellationToken)
    {
        using var response = Checked(await SendRawAsync(method, path, body, cancellationToken));
    }

    /// <param name="method">GET, PUT …</param>
    /// <param name="path">Below the API's root.</param>
    /// <param name="body">Makes the body; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="follow">The answer may take its time: it is not waited for in place.</param>
    private async Task<HttpResponseMessage> SendRawAsync(
        HttpMethod method, string path, Func<HttpContent>? body, CancellationToken cancellationToken, bool follow = false)
    {
        var waitingSince = 0L;
        while (true)
        {
            try
            {
                return await SendOnceAsync(Request(method, path, body), follow, cancellationToken);
            }
            catch (HttpRequestException failure)
            {
                waitingSince = waitingSince == 0 ? Stopwatch.GetTimestamp() : waitingSince;
                if (!MayComeBack(failure) || Stopwatch.GetElapsedTime(waitingSince) > ComeBackTime)
                {
                    throw new ControllerUnreachableException($"The controller at {Url} cannot be reached: {failure.Message}", failure);
                }
            }

            await Task.Delay(Pause, cancellationToken);
            _address = lookAgain?.Invoke() ?? _address;
        }
    }

    // Disposing the request would take the content with it while the answer is still being read.
    private HttpRequestMessage Request(HttpMethod method, string path, Func<HttpContent>? body)
    {
        var request = new HttpRequestMessage(method, new Uri(Url, $"/api/v1/{path}")) { Content = body?.Invoke() };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_address.Token}");
        return request;
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, bool follow, CancellationToken cancellationToken) =>
        follow || request.Content is not (null or ByteArrayContent)
            ? _http.SendAsync(request, cancellationToken)
            : Task.FromResult(_http.Send(request, cancellationToken));

    // Only what was never sent is sent again.
    private bool MayComeBack(HttpRequestException failure) =>
        lookAgain is not null && failure.HttpRequestError == HttpRequestError.ConnectionError;

    private HttpResponseMessage Checked(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new ControllerRefusedException(response.StatusCode, ReadError(response.StatusCode, Bytes(response)));
        }
    }

    private static byte[] Bytes(HttpResponseMessage response)
    {
        using var stream = response.Content.ReadAsStream();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private ApiError ReadError(HttpStatusCode status, byte[] body)
    {
        if (status == HttpStatusCode.Unauthorized)
        {
            return new ApiError
            {
                Code = "unauthorized",
                Message = $"The controller at {Url} does not accept the token: set SKY_CONTROLLER_TOKEN, or SKY_HOME to the home it runs in.",
            };
        }

        try
        {
            return JsonSerializer.Deserialize(body, ApiJson.Default.ApiError) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            return new ApiError { Code = "failed", Message = $"{Url} answered {(int)status}; is it a Skyswarm controller?" };
        }
    }
}

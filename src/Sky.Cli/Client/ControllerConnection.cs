using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sky.Controller.Api;

namespace Sky.Cli.Client;

/// <summary>
/// Sends what a verb of the controller's API is and reads what comes. Throws <see cref="ControllerUnreachableException"/> when there is no
/// connection and <see cref="ControllerRefusedException"/> for an answer that is an error.
/// </summary>
/// <param name="address">Where it is.</param>
/// <param name="lookAgain">Where it is now, asked while it cannot be reached: one that was killed is back soon, maybe elsewhere. Null: fail at once.</param>
/// <remarks>
/// It is never closed: its command ends with it, and the system closes what is open. A request is waited for in place, and so is the
/// connection on this machine: a program that has just started takes longer to compile the steps of a wait than the answer takes.
/// </remarks>
internal sealed class ControllerConnection(ControllerAddress address, Func<ControllerAddress?>? lookAgain)
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

    /// <summary>Where it is now.</summary>
    public Uri Url => _address.Url;

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

    /// <summary>Text lines of a streamed answer, as they come.</summary>
    public async IAsyncEnumerable<string> LinesAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await CheckedAsync(HttpMethod.Get, path, null, cancellationToken, follow: true);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return line;
        }
    }

    public static Func<HttpContent> Body<T>(T value, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return () => Content(new ByteArrayContent(bytes), "application/json");
    }

    public static HttpContent Content(HttpContent content, string type)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    /// <summary>An answer that is no error.</summary>
    public async Task<HttpResponseMessage> CheckedAsync(HttpMethod method, string path, Func<HttpContent>? body, CancellationToken cancellationToken, bool follow = false) =>
        Checked(await SendRawAsync(method, path, body, cancellationToken, follow));

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, type, cancellationToken);

    public async Task<T> SendAsync<T>(HttpMethod method, string path, Func<HttpContent>? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await CheckedAsync(method, path, body, cancellationToken);
        return JsonSerializer.Deserialize(Bytes(response), type)
            ?? throw new ControllerUnreachableException($"The controller at {Url} gave an empty answer.");
    }

    public async Task SendAsync(HttpMethod method, string path, Func<HttpContent>? body, CancellationToken cancellationToken)
    {
        using var response = await CheckedAsync(method, path, body, cancellationToken);
    }

    /// <param name="method">GET, PUT …</param>
    /// <param name="path">Below the API's root.</param>
    /// <param name="body">Makes the body; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="follow">The answer may take its time: it is not waited for in place.</param>
    public async Task<HttpResponseMessage> SendRawAsync(
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

    public HttpResponseMessage Checked(HttpResponseMessage response)
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

    public static byte[] Bytes(HttpResponseMessage response)
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

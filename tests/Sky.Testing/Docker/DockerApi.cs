using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Sky.Testing.Docker;

/// <summary>A daemon's API as it is, to make what tests need and to see what the code under test has done.</summary>
public sealed class DockerApi : IDisposable
{
    private readonly HttpClient _client;

    /// <param name="socket">The path of the daemon's Unix socket.</param>
    public DockerApi(string socket) => _client = new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        },
    })
    {
        BaseAddress = new Uri("http://docker"),
        Timeout = TimeSpan.FromMinutes(2),
    };

    /// <summary>The answer's text.</summary>
    public async Task<string> GetAsync(string path) => await SendAsync(HttpMethod.Get, path, null);

    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using var document = JsonDocument.Parse(await GetAsync(path));
        return document.RootElement.Clone();
    }

    public Task<string> PostAsync(string path, HttpContent? content = null) => SendAsync(HttpMethod.Post, path, content);

    public async Task<JsonElement> PostJsonAsync(string path, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json");
        var text = await PostAsync(path, content);
        using var document = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
        return document.RootElement.Clone();
    }

    /// <summary>Removes it; one that is not there is done.</summary>
    public async Task DeleteAsync(string path)
    {
        using var response = await _client.DeleteAsync(new Uri(path, UriKind.Relative));
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotFound)
        {
            throw await FailureAsync(path, response);
        }
    }

    /// <summary>All containers, ended ones too.</summary>
    public async Task<IReadOnlyList<JsonElement>> ContainersAsync() => [.. (await GetJsonAsync("/containers/json?all=1")).EnumerateArray()];

    public void Dispose() => _client.Dispose();

    private async Task<string> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await _client.SendAsync(request);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : throw await FailureAsync(path, response);
    }

    private static async Task<HttpRequestException> FailureAsync(string path, HttpResponseMessage response) =>
        new($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}", null, response.StatusCode);
}

namespace Sky.Testing.Processes;

/// <summary>A stream through the gateway of a test replica (<c>/open</c>) that goes on until its replica is told to end it.</summary>
public sealed class OpenStream : IAsyncDisposable
{
    private readonly StreamReader _reader;
    private readonly string _replica;
    private readonly HttpClient _client;

    private OpenStream(StreamReader reader, string replica, HttpClient client)
    {
        _reader = reader;
        _replica = replica;
        _client = client;
    }

    /// <summary>Opens it, and waits until the controller has heard of it.</summary>
    public static async Task<OpenStream> StartAsync(SkyMachine sky, string service)
    {
        var reader = new StreamReader(await sky.Client.GetStreamAsync($"{sky.GatewayUrl}/services/{service}/open"));
        await reader.ReadLineAsync();
        var status = await sky.WaitAsync(service, now => Busy(now).Any(), "a request in flight");
        return new OpenStream(reader, Busy(status).Single().GetProperty("endpoint").GetString()!, sky.Client);
    }

    /// <summary>Tells the replica itself to end it.</summary>
    public async Task CloseAsync()
    {
        using var answer = await _client.PostAsync($"{_replica}/close", null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Reads on; true when more of it came.</summary>
    public async Task<bool> GoesOnAsync() =>
        await _reader.ReadLineAsync() is not null && await _reader.ReadLineAsync() is not null;

    /// <summary>Reads to its end: true when that was the proper one, false when it was cut.</summary>
    public async Task<bool> EndsWholeAsync()
    {
        try
        {
            return (await _reader.ReadToEndAsync()).Contains("[DONE]", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<System.Text.Json.JsonElement> Busy(System.Text.Json.JsonElement status) =>
        status.GetProperty("replicas").EnumerateArray().Where(replica => replica.GetProperty("inFlight").GetInt32() > 0);
}

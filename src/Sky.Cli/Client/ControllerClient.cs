using System.Globalization;
using System.Net;
using Sky.Controller.Api;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Traffic.Experiments;

namespace Sky.Cli.Client;

/// <summary>
/// The verbs of the controller's HTTP API. Throws <see cref="ControllerUnreachableException"/> when there is no connection and
/// <see cref="ControllerRefusedException"/> for an answer that is an error.
/// </summary>
/// <param name="address">Where it is.</param>
/// <param name="lookAgain">Where it is now, asked while it cannot be reached: one that was killed is back soon, maybe elsewhere. Null: fail at once.</param>
internal sealed class ControllerClient(ControllerAddress address, Func<ControllerAddress?>? lookAgain = null)
{
    private readonly ControllerConnection _connection = new(address, lookAgain);

    public Uri Url => _connection.Url;

    /// <summary>The verbs for clusters.</summary>
    public ClusterCalls Clusters => new(_connection);

    /// <inheritdoc cref="ControllerConnection.AnswersAsync"/>
    public Task<bool> AnswersAsync(CancellationToken cancellationToken) => _connection.AnswersAsync(cancellationToken);

    /// <inheritdoc cref="ControllerConnection.LinesAsync"/>
    public IAsyncEnumerable<string> LinesAsync(string path, CancellationToken cancellationToken) => _connection.LinesAsync(path, cancellationToken);

    /// <summary>All services, or those of <paramref name="names"/> that exist.</summary>
    public async Task<IReadOnlyList<ServiceView>> ListAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var query = string.Join('&', names.Select(name => $"name={Uri.EscapeDataString(name)}"));
        var path = query.Length == 0 ? "services" : $"services?{query}";
        using var response = await _connection.CheckedAsync(HttpMethod.Get, path, null, cancellationToken);
        return ServiceViewReader.ReadAll(ControllerConnection.Bytes(response));
    }

    /// <summary>The service, or null when there is none of that name.</summary>
    public async Task<ServiceView?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _connection.CheckedAsync(HttpMethod.Get, $"services/{Escape(name)}", null, cancellationToken);
            return ServiceViewReader.ReadOne(ControllerConnection.Bytes(response));
        }
        catch (ControllerRefusedException refused) when (refused.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public async Task<PutServiceResponse> PutAsync(string name, PutServiceRequest request, CancellationToken cancellationToken)
    {
        var body = ControllerConnection.Body(request, RequestJson.Default.PutServiceRequest);
        using var response = await _connection.CheckedAsync(HttpMethod.Put, $"services/{Escape(name)}", body, cancellationToken);
        return PutServiceResponseReader.Read(ControllerConnection.Bytes(response));
    }

    /// <param name="name">The service.</param>
    /// <param name="purge">Forgets what cannot be stopped.</param>
    /// <param name="now">Cuts requests in flight.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task DeleteAsync(string name, bool purge, bool now, CancellationToken cancellationToken) =>
        _connection.SendAsync(HttpMethod.Delete, $"services/{Escape(name)}{DeleteQuery(purge, now)}", null, cancellationToken);

    /// <inheritdoc cref="DeleteAsync"/>
    public Task DeleteReplicaAsync(string name, int replica, bool purge, bool now, CancellationToken cancellationToken) =>
        _connection.SendAsync(HttpMethod.Delete, $"services/{Escape(name)}/replicas/{replica}{DeleteQuery(purge, now)}", null, cancellationToken);

    public Task<HistoryView> HistoryAsync(string name, CancellationToken cancellationToken) =>
        _connection.GetAsync($"services/{Escape(name)}/history", ApiJson.Default.HistoryView, cancellationToken);

    /// <summary>Why replicas stand where they stand.</summary>
    public Task<ExplanationView> ExplainAsync(string name, CancellationToken cancellationToken) =>
        _connection.GetAsync($"services/{Escape(name)}/explain", ApiJson.Default.ExplanationView, cancellationToken);

    /// <summary>Where replicas of a spec could stand; null from a controller that is older than this question.</summary>
    public async Task<PlacesView?> PlacesAsync(ServiceSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            return await _connection.SendAsync(
                HttpMethod.Post, "places", ControllerConnection.Body(new PlacesRequest(spec), RequestJson.Default.PlacesRequest), ApiJson.Default.PlacesView, cancellationToken);
        }
        catch (ControllerRefusedException refused) when (refused.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            return null;
        }
    }

    public Task<ServiceImagesView> ImagesAsync(string name, CancellationToken cancellationToken) =>
        _connection.GetAsync($"services/{Escape(name)}/images", ApiJson.Default.ServiceImagesView, cancellationToken);

    public Task<PutServiceResponse> RollbackAsync(string name, int? to, CancellationToken cancellationToken) =>
        _connection.SendAsync(HttpMethod.Post, $"services/{Escape(name)}/rollback", ControllerConnection.Body(new RollbackRequest(to), ApiJson.Default.RollbackRequest), ApiJson.Default.PutServiceResponse, cancellationToken);

    /// <param name="name">The service.</param>
    /// <param name="values">Of the secrets that only this side knows.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<PutServiceResponse> RefreshSecretsAsync(string name, IReadOnlyDictionary<string, SecretValue> values, CancellationToken cancellationToken) =>
        _connection.SendAsync(
            HttpMethod.Post, $"services/{Escape(name)}/secrets", ControllerConnection.Body(new RefreshSecretsRequest(values), ApiJson.Default.RefreshSecretsRequest),
            ApiJson.Default.PutServiceResponse, cancellationToken);

    public Task<PutServiceResponse> ScaleAsync(string name, int? replicas, CancellationToken cancellationToken) =>
        _connection.SendAsync(HttpMethod.Post, $"services/{Escape(name)}/scale", ControllerConnection.Body(new ScaleRequest(replicas), ApiJson.Default.ScaleRequest), ApiJson.Default.PutServiceResponse, cancellationToken);

    public Task<TrafficView> TrafficAsync(string name, CancellationToken cancellationToken) =>
        _connection.GetAsync($"services/{Escape(name)}/traffic", ApiJson.Default.TrafficView, cancellationToken);

    public Task<PutServiceResponse> TrafficAsync(string name, TrafficRequest request, CancellationToken cancellationToken) =>
        _connection.SendAsync(HttpMethod.Post, $"services/{Escape(name)}/traffic", ControllerConnection.Body(request, ApiJson.Default.TrafficRequest), ApiJson.Default.PutServiceResponse, cancellationToken);

    public Task<ExperimentView> ExperimentAsync(string name, CancellationToken cancellationToken) =>
        _connection.GetAsync($"services/{Escape(name)}/experiment", ApiJson.Default.ExperimentView, cancellationToken);

    public Task<IReadOnlyList<KeyView>> KeysAsync(CancellationToken cancellationToken) =>
        _connection.GetAsync("keys", ApiJson.Default.IReadOnlyListKeyView, cancellationToken);

    /// <summary>The same with what their budgets have spent.</summary>
    public Task<IReadOnlyList<KeyView>> KeysWithSpentAsync(CancellationToken cancellationToken) =>
        _connection.GetAsync("keys?spent=true", ApiJson.Default.IReadOnlyListKeyView, cancellationToken);

    public Task<KeySecretView> CreateKeyAsync(CreateKeyRequest request, CancellationToken cancellationToken) =>
        _connection.SendAsync(HttpMethod.Post, "keys", ControllerConnection.Body(request, ApiJson.Default.CreateKeyRequest), ApiJson.Default.KeySecretView, cancellationToken);

    public Task<KeySecretView> RotateKeyAsync(string key, TimeSpan grace, CancellationToken cancellationToken) =>
        _connection.SendAsync(HttpMethod.Post, $"keys/{Escape(key)}/rotate", ControllerConnection.Body(new RotateKeyRequest(grace.TotalSeconds), ApiJson.Default.RotateKeyRequest), ApiJson.Default.KeySecretView, cancellationToken);

    public Task<KeyView> RevokeKeyAsync(string key, CancellationToken cancellationToken) =>
        _connection.SendAsync(HttpMethod.Post, $"keys/{Escape(key)}/revoke", null, ApiJson.Default.KeyView, cancellationToken);

    public Task<NodeTokenView> CreateNodeTokenAsync(CreateNodeTokenRequest request, CancellationToken cancellationToken) =>
        _connection.SendAsync(HttpMethod.Post, "nodes/tokens", ControllerConnection.Body(request, ApiJson.Default.CreateNodeTokenRequest), ApiJson.Default.NodeTokenView, cancellationToken);

    public Task<UsageView> UsageAsync(DateTimeOffset since, string? key, string? service, bool hourly, CancellationToken cancellationToken)
    {
        var query = $"usage?since={Escape(since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))}&hourly={(hourly ? "true" : "false")}";
        query += key is null ? "" : $"&key={Escape(key)}";
        query += service is null ? "" : $"&service={Escape(service)}";
        return _connection.GetAsync(query, ApiJson.Default.UsageView, cancellationToken);
    }

    public Task<CostView> CostAsync(DateTimeOffset since, string? service, CancellationToken cancellationToken)
    {
        var query = $"cost?since={Escape(since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))}";
        return _connection.GetAsync(query + (service is null ? "" : $"&service={Escape(service)}"), ApiJson.Default.CostView, cancellationToken);
    }

    public Task<ControllerView> StatusAsync(CancellationToken cancellationToken) =>
        _connection.GetAsync("status", ApiJson.Default.ControllerView, cancellationToken);

    /// <summary>With <paramref name="down"/>: takes everything down first. The answer names what could not be stopped.</summary>
    public Task<ShutdownView> ShutdownAsync(bool down, bool now, CancellationToken cancellationToken) =>
        _connection.SendAsync(HttpMethod.Post, $"shutdown?down={(down ? "true" : "false")}{(now ? "&now=true" : "")}", null, ApiJson.Default.ShutdownView, cancellationToken);

    /// <summary>Whether a workdir archive of this hash was uploaded before.</summary>
    public async Task<bool> HasWorkdirAsync(string hash, CancellationToken cancellationToken)
    {
        using var response = await _connection.SendRawAsync(HttpMethod.Head, $"workdirs/{hash}", null, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound ? false : _connection.Checked(response).IsSuccessStatusCode;
    }

    /// <param name="hash">SHA-256 of the archive, lower-case hex.</param>
    /// <param name="archive">Makes the content, from its beginning.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task PutWorkdirAsync(string hash, Func<HttpContent> archive, CancellationToken cancellationToken) =>
        _connection.SendAsync(HttpMethod.Put, $"workdirs/{hash}", () => ControllerConnection.Content(archive(), "application/x-tar"), cancellationToken);

    public IAsyncEnumerable<string> ReplicaLogsAsync(string name, int replica, int? tail, bool follow, CancellationToken cancellationToken) =>
        _connection.LinesAsync($"services/{Escape(name)}/replicas/{replica}/logs?{LogQuery(tail, follow)}", cancellationToken);

    /// <summary>The log of the <c>controller</c> or the <c>gateway</c>.</summary>
    public IAsyncEnumerable<string> ProcessLogsAsync(string process, int? tail, bool follow, CancellationToken cancellationToken) =>
        _connection.LinesAsync($"logs/{process}?{LogQuery(tail, follow)}", cancellationToken);

    private static string Escape(string name) => Uri.EscapeDataString(name);

    private static string DeleteQuery(bool purge, bool now) => (purge, now) switch
    {
        (true, true) => "?purge=true&now=true",
        (true, false) => "?purge=true",
        (false, true) => "?now=true",
        _ => "",
    };

    private static string LogQuery(int? tail, bool follow) => $"follow={(follow ? "true" : "false")}{(tail is null ? "" : $"&tail={tail}")}";
}

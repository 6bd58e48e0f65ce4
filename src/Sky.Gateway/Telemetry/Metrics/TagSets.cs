using System.Collections.Concurrent;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>
/// The tags of each series, made when it is first recorded and used again for ever after, so that recording allocates nothing. All of their
/// values are bounded: words of the code, status codes, and the first so many names of services, versions and models.
/// </summary>
internal sealed class TagSets
{
    public const int MostServices = 500;
    public const int MostVersions = 500;
    public const int MostModels = 500;

    /// <summary>Of each kind of series; beyond it tags are made for each record, which the number of names keeps from happening.</summary>
    private const int MostSeries = 20_000;

    private static readonly KeyValuePair<string, object?>[] None = [];

    private readonly ConcurrentDictionary<Labelled, KeyValuePair<string, object?>[]> _labelled = new();
    private readonly ConcurrentDictionary<EndedSeries, KeyValuePair<string, object?>[]> _ended = new();
    private readonly ConcurrentDictionary<HttpSeries, KeyValuePair<string, object?>[]> _http = new();
    private readonly ConcurrentDictionary<ModelSeries, KeyValuePair<string, object?>[]> _models = new();
    private readonly BoundedNames _services = new(MostServices);
    private readonly BoundedNames _versions = new(MostVersions);
    private readonly BoundedNames _modelNames = new(MostModels);
    private readonly BoundedNames _responseModels = new(MostModels);

    /// <summary>The label of a service; of requests for none it has no value.</summary>
    public string Service(ServiceState? service) => service is null ? "" : service.SeriesName ??= _services.Of(service.Name.Value);

    /// <summary>The label of a version; of requests that reached no replica it has no value.</summary>
    public string Version(int version) => version == 0 ? "" : version < MostVersions ? Numbers.Text(version) : _versions.Of(Numbers.Text(version));

    public string Model(string model) => _modelNames.Of(model);

    public string ResponseModel(string model) => _responseModels.Of(model);

    /// <summary>The name that an answer has in UTF-8; the same object as before where it is one of <see cref="ResponseModel"/>.</summary>
    public string ResponseModelText(ReadOnlySpan<byte> model) => _responseModels.Find(model);

    /// <summary>One or two labels, one of them often the service's.</summary>
    public KeyValuePair<string, object?>[] Of(string label, string value, string? label2 = null, string? value2 = null, string? label3 = null, string? value3 = null)
    {
        var series = new Labelled(label, value, label2, value2, label3, value3);
        return _labelled.TryGetValue(series, out var tags) ? tags : Keep(_labelled, series, Tags((label, value), (label2, value2), (label3, value3)));
    }

    public KeyValuePair<string, object?>[] Of(in EndedSeries series) => _ended.TryGetValue(series, out var tags) ? tags : Keep(_ended, series, Tags(
        (TagNames.Service, series.Service), (TagNames.Version, series.Version), (TagNames.Outcome, series.Outcome), (TagNames.Code, series.Code), (TagNames.Error, series.Error)));

    public KeyValuePair<string, object?>[] Of(in HttpSeries series) => _http.TryGetValue(series, out var tags) ? tags : Keep(_http, series, Tags(
        (TagNames.Method, series.Method), (TagNames.Status, Numbers.Text(series.Status)), (TagNames.Scheme, series.Scheme), (TagNames.Error, series.Error),
        (TagNames.Service, series.Service)));

    public KeyValuePair<string, object?>[] Of(in ModelSeries series) => _models.TryGetValue(series, out var tags) ? tags : Keep(_models, series, Tags(
        (TagNames.Operation, series.Operation), (TagNames.Provider, TagNames.ProviderName), (TagNames.Model, series.Model), (TagNames.ResponseModel, series.ResponseModel), (TagNames.Error, series.Error),
        (TagNames.TokenType, series.TokenType), (TagNames.Service, series.Service), (TagNames.Version, series.Version)));

    private static KeyValuePair<string, object?>[] Keep<T>(ConcurrentDictionary<T, KeyValuePair<string, object?>[]> all, T series, KeyValuePair<string, object?>[] tags)
        where T : notnull => all.Count < MostSeries ? all.GetOrAdd(series, tags) : tags;

    /// <summary>A tag without a value is left out.</summary>
    private static KeyValuePair<string, object?>[] Tags(params ReadOnlySpan<(string? Name, string? Value)> tags)
    {
        var some = new List<KeyValuePair<string, object?>>(tags.Length);
        foreach (var (name, value) in tags)
        {
            if (name is not null && !string.IsNullOrEmpty(value))
            {
                some.Add(new KeyValuePair<string, object?>(name, value));
            }
        }

        return some.Count == 0 ? None : [.. some];
    }
}

using Sky.Core.Keys;
using Sky.Core.Specs.Schema;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads <c>service:</c>. The field checker has reported wrong types and ranges already; defaults stand in for them.</summary>
internal sealed class ServingReader(SpecProblems problems, SpecOptions options)
{
    public ServingSpec Read(YamlNode.Mapping root, Variables variables)
    {
        var service = root["service"] as YamlNode.Mapping;
        RequireService(root);
        var balancer = service?["load_balancer"] as YamlNode.Mapping;
        var defaults = new ServingSpec { ReadinessProbe = new(), ReplicaPolicy = new() };
        return defaults with
        {
            ReadinessProbe = new ProbeReader(problems, variables.Sources.ContainsKey).Read(service?["readiness_probe"]),
            ReplicaPolicy = new PolicyReader(problems, variables).Read(root),
            LoadBalancingPolicy = service?["load_balancing_policy"].AsText()?.ToLowerInvariant()
                ?? (service?["models"] is null ? defaults.LoadBalancingPolicy : "auto"),
            Weights = Weights(balancer?["weights"] as YamlNode.Mapping),
            Session = Session(service?["session"] as YamlNode.Mapping),
            StreamTimeoutSeconds = balancer?["stream_timeout_seconds"].AsNumber() ?? defaults.StreamTimeoutSeconds,
            DrainSeconds = service?["drain_seconds"].AsNumber() ?? defaults.DrainSeconds,
            Hold = Hold(service?["hold"] as YamlNode.Mapping),
            Outliers = StayingUpReader.Outliers(service?["outliers"] as YamlNode.Mapping),
            SlowStartSeconds = service?["slow_start_seconds"].AsNumber() ?? defaults.SlowStartSeconds,
            Timeouts = StayingUpReader.Timeouts(service?["timeouts"] as YamlNode.Mapping),
            Hedge = StayingUpReader.Hedge(service?["hedge"] as YamlNode.Mapping),
            UpdatePolicy = Update(service?["update_policy"] as YamlNode.Mapping),
            Models = new RoutingReader(problems).Models(service?["models"]),
            Fallback = new RoutingReader(problems).Fallback(service?["fallback"]),
            Expose = new RoutingReader(problems).Expose(service?["expose"]),
            Tls = Tls(service?["tls"] as YamlNode.Mapping),
            Auth = AccessReader.Auth(service?["auth"]),
            UpstreamAuth = new AccessReader(problems).UpstreamAuth(variables.Sources.ContainsKey, service?["upstream_auth"]),
            Limits = AccessReader.Limits(service?["limits"] as YamlNode.Mapping),
            Budget = Budget(service?["budget"] as YamlNode.Mapping),
            Prices = Prices(service?["prices"] as YamlNode.Mapping),
            Usage = Usage(service?["usage"].AsText()),
        };
    }

    private void RequireService(YamlNode.Mapping root)
    {
        var shortForm = root["replicas"] ?? root["networking"] ?? root["image"];
        if (root.Find("service") is null && root.Find("pool") is null && shortForm is null)
        {
            problems.Error(0, "", "The YAML file needs a `service` section, such as `service: {readiness_probe: /health, replicas: 2}`.");
        }
    }

    private static SessionSpec Session(YamlNode.Mapping? session) => new()
    {
        Header = session?["header"].AsText() ?? SessionSpec.Default.Header,
        Cookie = session?["cookie"].AsText() ?? SessionSpec.Default.Cookie,
    };

    private static AutoWeights? Weights(YamlNode.Mapping? weights)
    {
        var defaults = new AutoWeights();
        return weights is null ? null : new()
        {
            Queue = weights["queue"].AsNumber() ?? defaults.Queue,
            Prefill = weights["prefill"].AsNumber() ?? defaults.Prefill,
            Network = weights["network"].AsNumber() ?? defaults.Network,
            Delay = weights["delay"].AsNumber() ?? defaults.Delay,
            Balance = weights["balance"].AsNumber() ?? defaults.Balance,
            Price = weights["price"].AsNumber() ?? defaults.Price,
        };
    }

    private static HoldSpec Hold(YamlNode.Mapping? hold)
    {
        var defaults = new HoldSpec();
        return new()
        {
            MaxRequests = (int)Math.Clamp(hold?["max_requests"].AsInteger() ?? defaults.MaxRequests, 0, int.MaxValue),
            MaxBytes = hold?["max_bytes"].AsInteger() ?? defaults.MaxBytes,
            MaxSeconds = hold?["max_seconds"].AsNumber() ?? defaults.MaxSeconds,
            ReleaseAtOnce = (int)Math.Clamp(hold?["release_at_once"].AsInteger() ?? defaults.ReleaseAtOnce, 1, int.MaxValue),
        };
    }

    private static BudgetSpec? Budget(YamlNode.Mapping? budget) => budget is null ? null : new()
    {
        Usd = budget["usd"].AsNumber() ?? 0,
        Per = Enum.TryParse<BudgetPeriod>(budget["per"].AsText(), ignoreCase: true, out var period) ? period : BudgetPeriod.Month,
    };

    private static PriceSpec? Prices(YamlNode.Mapping? prices)
    {
        if (prices is null)
        {
            return null;
        }
        return new()
        {
            Input = Price(prices["input"]) ?? 0,
            CachedInput = Price(prices["cached_input"]),
            Output = Price(prices["output"]) ?? 0,
            Currency = prices["currency"].AsText() is { Length: > 0 } currency ? currency : new PriceSpec().Currency,
        };
    }

    private static decimal? Price(YamlNode? node) => node.AsNumber() is { } number ? (decimal)Math.Clamp(number, 0, FieldLimits.Price) : null;

    private static UsageAsk Usage(string? word) => word?.ToLowerInvariant() switch
    {
        "continuous" => UsageAsk.Continuous,
        "none" => UsageAsk.None,
        _ => UsageAsk.Final,
    };

    private UpdatePolicySpec Update(YamlNode.Mapping? policy)
    {
        var defaults = new UpdatePolicySpec();
        var spec = new UpdatePolicySpec
        {
            MaxSurge = Count(policy?["max_surge"], defaults.MaxSurge),
            MaxUnavailable = Count(policy?["max_unavailable"], defaults.MaxUnavailable),
            OnFailure = policy?["on_failure"].AsText()?.ToLowerInvariant() is "rollback" ? UpdateFailureAction.Rollback : UpdateFailureAction.Stop,
        };
        if (spec is { MaxSurge: 0, MaxUnavailable: 0 })
        {
            problems.Error(policy?.Line ?? 0, "service.update_policy", "max_surge and max_unavailable cannot both be 0: no replica could ever be exchanged. Set one of them to 1.");
        }
        return spec;
    }

    private TlsSpec? Tls(YamlNode.Mapping? tls)
    {
        if (tls?["certfile"] is not YamlNode.Scalar cert || tls["keyfile"] is not YamlNode.Scalar key)
        {
            return null;
        }
        return new(ExistingFile(cert, "service.tls.certfile"), ExistingFile(key, "service.tls.keyfile"));
    }

    private string ExistingFile(YamlNode.Scalar file, string path)
    {
        var full = LocalPath.Full(file.Text, options.BaseDirectory);
        if (full is null || !File.Exists(full))
        {
            problems.Error(file.Line, path, $"There is no file '{file.Shown}'. Relative paths start at {options.BaseDirectory}.");
        }
        return full ?? file.Text;
    }

    private static int Count(YamlNode? node, int otherwise) => (int)Math.Clamp(node.AsInteger() ?? otherwise, int.MinValue, int.MaxValue);
}

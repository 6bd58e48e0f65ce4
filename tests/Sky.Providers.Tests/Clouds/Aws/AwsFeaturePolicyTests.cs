using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Core.Secrets;
using Sky.Core.Specs;
using Sky.Providers.Aws;
using Sky.Providers.Images.Registries;
using Sky.Providers.Images.Scanning;
using Sky.Providers.Metrics;
using Sky.Providers.Secrets;
using Sky.Providers.Tests.Images;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

/// <summary>The policies of single features in <c>deploy/aws</c> allow what the code calls for them, and nothing else.</summary>
public sealed partial class AwsFeaturePolicyTests : IDisposable
{
    private const string Registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

    /// <summary>Services whose name in actions is another than in signatures.</summary>
    private static readonly Dictionary<string, string> _prefixes = new() { ["monitoring"] = "cloudwatch" };

    private readonly List<string> _called = [];
    private readonly HttpClient _http;
    private string _answer = "{}";
    private int _notYet;

    public AwsFeaturePolicyTests() => _http = new HttpClient(new StubHandler(Answer));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics()
    {
        var spec = new MetricSpec { Source = MetricSource.CloudWatch, Target = 1, CloudWatch = new CloudWatchQuery("eu-west-1") { Namespace = "N", Metric = "M" } };
        _answer = """{"MetricDataResults": [{"Values": [3]}]}""";
        var reader = new CloudWatchMetrics(region => Client(CloudWatchMetrics.Service, region), TimeProvider.System);
        Assert.Equal(3, await reader.ReadAsync(spec, _ => null, Cancel));
        Assert.Equal(DeployedPolicy.OfAws("metrics.json"), _called.ToHashSet());
    }

    [Fact]
    public async Task Secrets()
    {
        _answer = """{"SecretString": "x"}""";
        var provider = new AwsSecrets(region => Client(AwsSecrets.Service, region), () => "eu-west-1");
        await provider.ResolveAsync(new SecretReference { From = "aws-secretsmanager", Name = "a" }, Cancel);
        await provider.ResolveAsync(new SecretReference { From = "aws-secretsmanager", Name = "a", Version = "v" }, Cancel);
        Assert.Equal(DeployedPolicy.OfAws("secrets.json"), _called.ToHashSet());
    }

    [Fact]
    public async Task Images()
    {
        _answer = $$"""{"authorizationData": [{"authorizationToken": "{{Convert.ToBase64String("AWS:x"u8)}}"}]}""";
        await new EcrLogin(region => Client(EcrLogin.Service, region)).LoginAsync(Registry, Cancel);
        Assert.Equal(DeployedPolicy.OfAws("images.json", "LogIn"), _called.ToHashSet());
        Assert.Equal(DeployedPolicy.OfAws("images-push.json", "LogIn"), _called.ToHashSet());

        _called.Clear();
        _notYet = 1;
        _answer = """{"imageScanStatus": {"status": "COMPLETE"}, "imageScanFindings": {"findings": []}}""";
        var image = Registry + "/a@sha256:" + new string('0', 64);
        await new EcrScanner(region => Client(EcrLogin.Service, region), TimeProvider.System).ScanAsync(new ScanTarget(image, new TaskSpec(), image), _ => { }, Cancel);
        Assert.Equal(DeployedPolicy.OfAws("images-push.json", "Scan"), _called.ToHashSet());

        // The registry itself speaks no API of AWS's: which actions its paths need is AWS's documentation ("Pushing a Docker image", "Pulling an image").
        Assert.Equal(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], DeployedPolicy.OfAws("images.json", "Pull").Order());
        Assert.Equal(
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"],
            DeployedPolicy.OfAws("images-push.json", "Push").Order());
    }

    /// <summary>A call that is written tomorrow has its policy, or this fails.</summary>
    [Fact]
    public void No_operation_stands_in_the_code_without_a_policy()
    {
        var allowed = Directory.GetFiles(Path.Combine(DeployedPolicy.Root, "deploy", "aws"), "*.json").Select(Path.GetFileName)
            .Where(file => file != "node-trust.json").SelectMany(file => DeployedPolicy.OfAws(file!)).Select(action => action.Split(':')[1]).ToHashSet();
        var code = string.Concat(Directory.GetFiles(Path.Combine(DeployedPolicy.Root, "src", "Sky.Providers"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var named = Operations().Matches(code).Select(match => match.Groups["operation"].Value).Concat(["DescribeImageScanFindings"]).Distinct().ToList();
        Assert.Contains("GetMetricData", named);
        Assert.Contains("DescribeSpotPriceHistory", named);
        Assert.Empty(named.Except(allowed));
    }

    public void Dispose() => _http.Dispose();

    private HttpResponseMessage Answer(HttpRequestMessage request, string body)
    {
        var service = request.Headers.NonValidated["Authorization"].ToString().Split('/')[3];
        var operation = request.Headers.GetValues("X-Amz-Target").Single().Split('.')[1];
        _called.Add(string.Create(CultureInfo.InvariantCulture, $"{_prefixes.GetValueOrDefault(service, service)}:{operation}"));
        return operation == "DescribeImageScanFindings" && _notYet-- > 0
            ? StubHandler.Json("""{"__type": "ScanNotFoundException"}""", HttpStatusCode.BadRequest)
            : StubHandler.Json(_answer);
    }

    private AwsJsonClient Client(AwsService service, string region) => new(_http, _ => null, TimeProvider.System, service, region, new BasicAWSCredentials("test", "test"));

    /// <summary>Operations that are called by name, and those of EC2's client by their requests.</summary>
    [GeneratedRegex("""CallAsync\("(?<operation>\w+)"|new (?<operation>(?:Describe|Create|Delete|RunI|TerminateI|Attach|Detach|Authorize|Revoke|Modify|Put|Get|Start|Stop)\w+)Request\b""")]
    private static partial Regex Operations();
}

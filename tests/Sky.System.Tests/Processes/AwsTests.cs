using System.Text;
using System.Text.Json;
using Amazon.EC2;
using Amazon.EC2.Model;
using Sky.Testing.Clouds.Aws;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Processes;

/// <summary>The real program on AWS as moto and our proxy play it.</summary>
public sealed class AwsTests
{
    private const string Region = "eu-central-1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task A_node_is_bought_told_paid_for_and_given_back_and_the_network_goes_after_it()
    {
        Assert.SkipWhen(MotoServer.SkipReason is not null, MotoServer.SkipReason ?? "");
        await using var bed = await AwsBed.StartAsync();
        await using var sky = new SkyMachine();
        foreach (var (name, value) in Account(bed))
        {
            sky.Environment[name] = value;
        }

        sky.Environment["SKY_CONTROLLER_NODE_LISTEN"] = $"https://127.0.0.1:{FreePorts.Take(1)[0]}";
        sky.Environment["SKY_NODE_PROGRAM"] = sky.WriteFile("program", "a sky of one file");

        var file = sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(replicas: 1) + "\nresources:\n  infra: aws\n  use_spot: true\n");
        // No cloud named: the machine that one has where it is enough, else the cheapest that is sold.
        var plain = sky.WriteFile("plain/sky-serve.yaml", TestService.Yaml(replicas: 1));
        Assert.Equal("local", await ChosenAsync(sky, plain));
        Assert.Equal("aws", await ChosenAsync(sky, plain, "--gpus", "L4"));
        Assert.Empty(await InstancesAsync(bed));

        bed.Proxy.FailNext("RunInstances", Ec2Fault.AnswerLost);
        await sky.OkAsync("serve", "up", file, "-y", "--async");
        await SkyMachine.UntilAsync(async () => (await LivingAsync(bed)).Count == 2, "the manager of its cluster is there, and the node");
        await SkyMachine.UntilAsync(async () => (await sky.OkAsync("cost", "svc", "-o", "json")).Output.Contains("\"aws\"", StringComparison.Ordinal), "it is paid for");
        var instance = (await LivingAsync(bed)).Single(one => one.InstanceLifecycle?.Value == "spot");
        foreach (var one in await LivingAsync(bed))
        {
            Assert.Contains($"SKY_NODE_NAME=aws-{Region}/sky-", await UserDataAsync(bed, one), StringComparison.Ordinal);
        }

        var tags = instance.Tags.ToDictionary(tag => tag.Key, tag => tag.Value);
        Assert.Equal(("svc", "1"), (tags["sky-service"], tags["sky-replica"]));
        Assert.DoesNotContain((await LivingAsync(bed)).Single(one => one.InstanceId != instance.InstanceId).Tags, tag => tag.Key == "sky-service");

        // Whoever dies now comes back and finds the same.
        SkyMachine.Kill9(sky.ControllerPid!.Value);
        var status = JsonDocument.Parse((await sky.OkAsync("serve", "status", "svc", "-o", "json")).Output).RootElement;
        var replica = status.ValueKind == JsonValueKind.Array ? status[0].GetProperty("replicas")[0] : status.GetProperty("replicas")[0];
        Assert.Equal(("aws", Region, true), (replica.GetProperty("cloud").GetString(), replica.GetProperty("region").GetString(), replica.GetProperty("useSpot").GetBoolean()));
        var early = await sky.RunAsync("cloud", "clean", "aws", "-y");
        Assert.Equal(1, early.ExitCode);
        Assert.Contains(instance.InstanceId, early.Error, StringComparison.Ordinal);

        await sky.OkAsync("serve", "down", "svc", "-y");
        await SkyMachine.UntilAsync(async () => (await LivingAsync(bed)).Count == 1, "it is given back");
        await sky.OkAsync("controller", "stop", "--down", "-y");
        Assert.Empty(await LivingAsync(bed));
        Assert.Equal(2, (await InstancesAsync(bed)).Count);
        var cost = JsonDocument.Parse((await sky.OkAsync("cost", "svc", "-o", "json")).Output).RootElement.GetProperty("rows")[0];
        Assert.Equal(("aws", instance.InstanceType.Value), (cost.GetProperty("cloud").GetString(), cost.GetProperty("instanceType").GetString()));

        Assert.Contains("Removed eu-central-1: vpc-", (await sky.OkAsync("cloud", "clean", "aws", "-y")).Output, StringComparison.Ordinal);
        Assert.Contains("nothing left", (await sky.OkAsync("cloud", "clean", "aws", "-y")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("profile")]
    [InlineData("web identity")]
    public async Task A_role_that_is_assumed_is_who_asks(string how)
    {
        Assert.SkipWhen(MotoServer.SkipReason is not null, MotoServer.SkipReason ?? "");
        await using var bed = await AwsBed.StartAsync();
        await using var sky = new SkyMachine();
        foreach (var (name, value) in Account(bed).Where(pair => !pair.Key.Contains("ACCESS_KEY", StringComparison.Ordinal)))
        {
            sky.Environment[name] = value;
        }

        // Security tokens are moto's own matter: the proxy before it is for EC2.
        sky.Environment["AWS_ENDPOINT_URL_STS"] = bed.Moto.Url.OriginalString;
        sky.Environment["AWS_REGION"] = Region;
        sky.Environment["AWS_SHARED_CREDENTIALS_FILE"] = sky.WriteFile("aws/credentials", "[person]\naws_access_key_id = AKIAPERSON\naws_secret_access_key = secret\n");
        sky.Environment["AWS_CONFIG_FILE"] = sky.WriteFile("aws/config", "[profile deploy]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = person\nregion = eu-central-1\n");
        if (how == "profile")
        {
            sky.Environment["AWS_PROFILE"] = "deploy";
        }
        else
        {
            sky.Environment["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/pod";
            sky.Environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = sky.WriteFile("aws/token", "e30.e30.e30");
        }

        Assert.Contains("nothing left", (await sky.OkAsync("cloud", "clean", "aws", "-y")).Output, StringComparison.Ordinal);
        Assert.NotEmpty(bed.Proxy.Calls);

        // Keys that last for hours begin so; those of a person otherwise.
        Assert.All(bed.Proxy.Calls, call => Assert.StartsWith("ASIA", call.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AWS_says_what_it_lacks_when_it_is_named_and_nothing_when_it_is_not()
    {
        await using var sky = new SkyMachine();
        var file = sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(replicas: 1));
        var named = await sky.RunAsync("serve", "up", file, "--cloud", "aws", "--dry-run");
        Assert.Equal(1, named.ExitCode);
        Assert.Contains("SKY_CLOUD_ALLOW_FROM", named.Output + named.Error, StringComparison.Ordinal);
        // The machine's own metadata is not asked: it may be one of AWS.
        sky.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        var clean = await sky.RunAsync("cloud", "clean", "aws", "-y");
        Assert.Equal(1, clean.ExitCode);
        Assert.Contains("There are no credentials of AWS here", clean.Error, StringComparison.Ordinal);
        var unnamed = await sky.RunAsync("serve", "up", file, "--gpus", "H200:8", "--dry-run");
        Assert.Equal(1, unnamed.ExitCode);
        Assert.DoesNotContain("AWS", unnamed.Output + unnamed.Error, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<string?> ChosenAsync(SkyMachine sky, string file, params string[] options)
    {
        var places = JsonDocument.Parse((await sky.OkAsync(["serve", "up", file, .. options, "--dry-run", "-o", "json"])).Output).RootElement.GetProperty("places");
        return places.EnumerateArray().First(place => place.GetProperty("chosen").GetBoolean()).GetProperty("cloud").GetString();
    }

    private static Dictionary<string, string> Account(AwsBed bed) => new()
    {
        ["AWS_ENDPOINT_URL"] = bed.Proxy.Url.OriginalString, ["AWS_ACCESS_KEY_ID"] = "test", ["AWS_SECRET_ACCESS_KEY"] = "test", ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["SKY_AWS_REGIONS"] = Region, ["SKY_CLOUD_ALLOW_FROM"] = "203.0.113.7",
    };

    private static async Task<List<Instance>> LivingAsync(AwsBed bed) => [.. (await InstancesAsync(bed)).Where(instance => instance.State.Name != InstanceStateName.Terminated)];

    private static async Task<string> UserDataAsync(AwsBed bed, Instance instance)
    {
        using var ec2 = bed.Ec2(Region);
        var answer = await ec2.DescribeInstanceAttributeAsync(new DescribeInstanceAttributeRequest { InstanceId = instance.InstanceId, Attribute = InstanceAttributeName.UserData }, Cancel);
        return Encoding.UTF8.GetString(Convert.FromBase64String(answer.InstanceAttribute.UserData));
    }

    private static async Task<List<Instance>> InstancesAsync(AwsBed bed)
    {
        using var ec2 = bed.Ec2(Region);
        return [.. ((await ec2.DescribeInstancesAsync(new DescribeInstancesRequest(), Cancel)).Reservations ?? []).SelectMany(reservation => reservation.Instances)];
    }
}

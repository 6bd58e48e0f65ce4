using Amazon.EC2;
using Amazon.Runtime;

namespace Sky.Testing.Clouds.Aws;

/// <summary>A cloud like Amazon's on loopback: moto, our proxy before it, and images with the names that Debian and AWS give theirs.</summary>
public sealed class AwsBed : IAsyncDisposable
{
    /// <summary>What moto takes: anything.</summary>
    public static readonly AWSCredentials Nobody = new BasicAWSCredentials("test", "test");

    // The day in a name is when it was made: the proxy says so, moto does not.
    private const string Images = """
        [
          {"ami_id": "ami-00000000000000002", "name": "debian-12-amd64-20260101-1", "owner_id": "136693071363", "architecture": "x86_64", "root_device_name": "/dev/xvda", "state": "available", "public": true},
          {"ami_id": "ami-00000000000000001", "name": "debian-12-amd64-20260701-1", "owner_id": "136693071363", "architecture": "x86_64", "root_device_name": "/dev/xvda", "state": "available", "public": true},
          {"ami_id": "ami-00000000000000003", "name": "debian-12-arm64-20260701-1", "owner_id": "136693071363", "architecture": "arm64", "root_device_name": "/dev/xvda", "state": "available", "public": true},
          {"ami_id": "ami-00000000000000004", "name": "Deep Learning Base OSS Nvidia Driver GPU AMI (Ubuntu 22.04) 20260701", "owner_id": "898082745236", "architecture": "x86_64", "root_device_name": "/dev/sda1", "state": "available", "public": true},
          {"ami_id": "ami-00000000000000005", "name": "debian-12-amd64-20260801-1", "owner_id": "111122223333", "architecture": "x86_64", "root_device_name": "/dev/xvda", "state": "available", "public": true}
        ]
        """;

    private readonly string _file;

    private AwsBed(string file, MotoServer moto, Ec2Proxy proxy)
    {
        (_file, Moto, Proxy) = (file, moto, proxy);
    }

    public MotoServer Moto { get; }

    public Ec2Proxy Proxy { get; private set; }

    public static async Task<AwsBed> StartAsync()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Images);
        var moto = await MotoServer.StartAsync(file);
        return new AwsBed(file, moto, await Ec2Proxy.StartAsync(moto.Url));
    }

    /// <summary>A proxy that knows nothing.</summary>
    public async Task RenewAsync()
    {
        await Proxy.DisposeAsync();
        Proxy = await Ec2Proxy.StartAsync(Moto.Url);
    }

    /// <summary>EC2 itself, past the proxy: nothing is written down, and nothing fails.</summary>
    public AmazonEC2Client Ec2(string region) => new(Nobody, Config(Moto.Url, region));

    /// <summary>How a client finds the proxy.</summary>
    public AmazonEC2Config ConfigOf(string region) => Config(Proxy.Url, region);

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Moto.DisposeAsync();
        File.Delete(_file);
    }

    private static AmazonEC2Config Config(Uri url, string region) => new() { ServiceURL = url.OriginalString, AuthenticationRegion = region, Timeout = TimeSpan.FromSeconds(60) };
}

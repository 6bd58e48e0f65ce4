using Amazon.EC2;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Sky.Providers.Clouds.Aws;

/// <summary>
/// A client that sends each call once. The SDK's own sends one whose connection breaks ten times more, also where it is set to repeat nothing: what EC2 knows
/// no token for, such as a VPC, would then be made over and over. Who calls repeats, and looks first.
/// </summary>
internal sealed class AwsPlainClient : AmazonEC2Client
{
    public AwsPlainClient(AmazonEC2Config config)
        : base(config)
    {
    }

    public AwsPlainClient(AWSCredentials credentials, AmazonEC2Config config)
        : base(credentials, config)
    {
    }

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        pipeline.RemoveHandler<RetryHandler>();
    }
}

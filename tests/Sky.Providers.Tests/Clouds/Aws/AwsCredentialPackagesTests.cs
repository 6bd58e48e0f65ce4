using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

/// <summary>What the default chain of AWS's SDK loads by name when a profile or the environment asks for it.</summary>
public sealed class AwsCredentialPackagesTests
{
    [Theory]
    [InlineData("Amazon.SecurityToken.AmazonSecurityTokenServiceClient, AWSSDK.SecurityToken")]
    [InlineData("Amazon.SSO.AmazonSSOClient, AWSSDK.SSO")]
    [InlineData("Amazon.SSOOIDC.AmazonSSOOIDCClient, AWSSDK.SSOOIDC")]
    public void The_packages_of_assumed_roles_and_sign_ins_are_there(string type) => Assert.NotNull(Type.GetType(type, throwOnError: true));
}

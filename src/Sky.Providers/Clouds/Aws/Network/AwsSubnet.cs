namespace Sky.Providers.Clouds.Aws.Network;

/// <summary>Where in a region's network an instance is put.</summary>
internal sealed record AwsSubnet(string Subnet, string SecurityGroup);

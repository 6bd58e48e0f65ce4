using Sky.Core.Clouds;

namespace Sky.Providers.Clouds.Aws;

/// <summary>An instance of ours as EC2 answered when it was made, or when it was last listed.</summary>
/// <param name="Region">Where.</param>
/// <param name="Node">As it was then.</param>
/// <param name="MadeAt">When it was made by this process; null: it was found.</param>
internal sealed record AwsSighting(string Region, CloudNode Node, DateTimeOffset? MadeAt);

using System.Globalization;

namespace Sky.Providers.Clouds.Aws;

/// <summary>How nodes are made on AWS, from the environment. Who we are, and where EC2 is, the SDK finds by its own variables and files.</summary>
public sealed record AwsSettings
{
    /// <summary>The variables, in the order in which they are documented.</summary>
    public static IReadOnlyList<string> Variables { get; } = ["SKY_AWS_REGIONS", "SKY_AWS_IMAGE", "SKY_AWS_GPU_IMAGE", "SKY_AWS_INSTANCE_PROFILE", "SKY_AWS_DISK_GB"];

    private const int DefaultDisk = 100;
    private const int LeastDisk = 8;
    private const int MostDisk = 16_384;

    /// <summary>From where nodes may be reached.</summary>
    public AllowedSources Sources { get; init; } = AllowedSources.None;

    /// <summary>The only regions that are used; empty: all that the account may use.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>For nodes without a GPU; null: Debian's.</summary>
    public AwsImageChoice? Image { get; init; }

    /// <summary>For nodes with one; null: AWS's own with NVIDIA's drivers.</summary>
    public AwsImageChoice? GpuImage { get; init; }

    /// <summary>The name or ARN of what nodes may do at AWS; null: nothing.</summary>
    public string? InstanceProfile { get; init; }

    /// <summary>Of a node's only disk, in GB (2^30 bytes).</summary>
    public int DiskGb { get; init; } = DefaultDisk;

    /// <summary>Reads the variables.</summary>
    /// <param name="text">The value of a variable; null when it is not set.</param>
    /// <exception cref="FormatException">One is not right; the message begins with its name and says what would be.</exception>
    public static AwsSettings Read(Func<string, string?> text) => new()
    {
        Sources = Named(AllowedSources.Setting, text, AllowedSources.Parse) ?? AllowedSources.None,
        Regions = Named("SKY_AWS_REGIONS", text, value => value is null ? [] : Words(value)) ?? [],
        Image = Named("SKY_AWS_IMAGE", text, AwsImageChoice.Parse),
        GpuImage = Named("SKY_AWS_GPU_IMAGE", text, AwsImageChoice.Parse),
        InstanceProfile = Given(text("SKY_AWS_INSTANCE_PROFILE")),
        DiskGb = Named<int?>("SKY_AWS_DISK_GB", text, Disk) ?? DefaultDisk,
    };

    private static T? Named<T>(string variable, Func<string, string?> text, Func<string?, T?> read)
    {
        try
        {
            return read(Given(text(variable)));
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"{variable} {wrong.Message}", wrong);
        }
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static IReadOnlyList<string> Words(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    private static int? Disk(string? text) => text switch
    {
        null => null,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= LeastDisk and <= MostDisk => size,
        _ => throw new FormatException($"must be a size in GB, {LeastDisk} to {MostDisk}. Found: '{text}'"),
    };
}

namespace Sky.Core.Specs.Yaml;

/// <summary>Bounds that keep reading any input short. A service file is far below each of them.</summary>
internal static class YamlLimits
{
    public const int Bytes = 1 << 20;

    /// <summary>Values with every alias written out.</summary>
    public const int Nodes = 50_000;

    public const int Depth = 64;

    public const int Documents = 16;
}

namespace Sky.Core.Specs.Yaml;

/// <summary>What a scalar is by YAML 1.1.</summary>
internal enum ScalarKind
{
    Null,
    Boolean,
    Integer,
    Float,
    Date,
    Text,
}

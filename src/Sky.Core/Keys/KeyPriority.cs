using System.Text.Json.Serialization;

namespace Sky.Core.Keys;

/// <summary>Who is served first when a service has more requests than it can take. What waits longest is shed last; <see cref="Batch"/> is shed first.</summary>
[JsonConverter(typeof(LowerCaseWords<KeyPriority>))]
public enum KeyPriority
{
    /// <summary>A person waits for the answer.</summary>
    Interactive,

    Default,

    /// <summary>Nobody waits: it takes what the others leave.</summary>
    Batch,
}

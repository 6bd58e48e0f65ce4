using System.Text.Json;

namespace Sky.Providers.Engines.Process;

/// <summary>A record of a replica's folder. Written and read by hand: a serializer's generics would be compiled anew in every runner, which must start at once.</summary>
internal interface IReplicaRecord<out T>
    where T : IReplicaRecord<T>
{
    /// <exception cref="JsonException">A property has another type.</exception>
    /// <exception cref="KeyNotFoundException">A property is missing.</exception>
    /// <exception cref="InvalidOperationException">A property has another kind.</exception>
    /// <exception cref="FormatException">A value is out of its bounds.</exception>
    static abstract T Parse(JsonElement json);

    /// <summary>Writes the properties into the object that was begun.</summary>
    void Write(Utf8JsonWriter json);
}

namespace Sky.Providers.Secrets.Entry;

/// <summary>How secrets come into a container. Neither is seen by whoever inspects it.</summary>
internal enum SecretWay
{
    /// <summary>By its standard input, once: for a container that is started once.</summary>
    Input,

    /// <summary>As files of <see cref="EntryCommand.Folder"/>, which the engine holds in memory: for one that the engine may start again.</summary>
    Folder,
}

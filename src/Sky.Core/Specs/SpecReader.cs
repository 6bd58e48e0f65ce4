namespace Sky.Core.Specs;

/// <summary>Turns the text of a service file into a <see cref="ServiceSpec"/>, or into all its problems at once.</summary>
public static class SpecReader
{
    /// <summary>Reads one service file. Never throws for bad content; touches the file system only to see whether named local paths exist.</summary>
    public static SpecResult Read(ReadOnlyMemory<byte> content, SpecOptions options) =>
        throw new NotImplementedException();
}

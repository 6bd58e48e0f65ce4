namespace Sky.Core.Processes;

/// <summary>Where a started process writes its output and its errors. A closed set.</summary>
public abstract record ChildOutput
{
    private ChildOutput()
    {
    }

    /// <summary>Appended to this file, made with mode 0600 where it is missing.</summary>
    public sealed record AppendTo(string Path) : ChildOutput;

    /// <summary>To an open descriptor of ours, such as the writing end of a pipe. The caller closes its own copy afterwards.</summary>
    public sealed record Descriptor(int Number) : ChildOutput;
}

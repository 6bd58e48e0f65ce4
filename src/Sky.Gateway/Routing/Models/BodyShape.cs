namespace Sky.Gateway.Routing.Models;

/// <summary>Where in a JSON body the values lie that may have to be changed, in bytes. A length of 0: it is not there.</summary>
internal struct BodyShape
{
    /// <summary>Behind the brace that opens the body.</summary>
    public long Start;

    /// <summary>The value of <c>model</c> with its quotes.</summary>
    public (long Start, long Length) Model;

    /// <summary>The value of <c>stream_options</c>.</summary>
    public (long Start, long Length) StreamOptions;

    /// <summary>It is an object with at least one member.</summary>
    public bool StreamOptionsFilled;

    /// <summary>The value of <c>stream_options.include_usage</c>.</summary>
    public (long Start, long Length) UsageFlag;
}

namespace Sky.Gateway.Routing;

/// <summary>What is known of one segment of a path while it is read sign by sign.</summary>
internal struct PathSegment
{
    private int _length;
    private bool _onlyDots = true;
    private bool _parameters;

    public PathSegment()
    {
    }

    public readonly bool IsEmpty => _length == 0 && !_parameters;

    /// <summary>How many levels it leads down; -1: up.</summary>
    public readonly int Climb => _length switch
    {
        0 or 1 when _onlyDots => 0,
        2 when _onlyDots => -1,
        _ => 1,
    };

    public void Add(char sign)
    {
        _parameters |= sign == ';';
        if (!_parameters)
        {
            _length++;
            _onlyDots &= sign == '.';
        }
    }
}

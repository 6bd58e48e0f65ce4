namespace Sky.Core.Metering;

/// <summary>
/// Finds in one JSON document, given in pieces cut anywhere, what metering needs: the usage, how much text of an answer there is, and where
/// the usage stands. It keeps nothing of the document, allocates nothing, and passes over what it does not know as fast as memory is
/// searched. It does not check: of what is not JSON it finds nothing, or nonsense that is bounded.
/// </summary>
public sealed partial class ReplyReader
{
    private const int MostDepth = 64;
    private const int LongestType = 32;

    /// <summary>Longer than names of models are.</summary>
    private const int LongestModel = 128;

    private readonly byte[] _name = new byte[ReplyKeys.Longest];
    private readonly byte[] _type = new byte[LongestType];
    private byte[]? _model;
    private int _nameLength;
    private int _typeLength;
    private int _modelLength;
    private bool _modelKnown;
    private long _position;
    private long _comma = -1;
    private long _usageFrom;
    private int _depth;
    private ulong _objects;
    private int _usageDepth;
    private int _choicesDepth;
    private bool _envelope;
    private bool _expectsName;
    private ReplyKey _key;
    private Within _within;
    private bool _named;
    private long _number;
    private bool _null;
    private bool _ended;
    private bool _lost;
    private UsageFields _fields;

    private enum Within : byte
    {
        Structure,
        String,
        Escape,
        Literal,
    }

    /// <summary>Where the answer's text goes; null: nowhere.</summary>
    internal EventTexts? Texts { get; init; }

    /// <summary>What the usage says; only the fields that it names are set.</summary>
    public ref readonly UsageFields Usage => ref _fields;

    /// <summary>The document is there to its end.</summary>
    public bool Ended => _ended;

    /// <summary>Bytes of the answer's text, as they would be in UTF-8.</summary>
    public long Text { get; private set; }

    /// <summary>Bytes of a text that the document adds to an answer, in a <c>delta</c> at its top.</summary>
    public long Delta { get; private set; }

    /// <summary>There is a list of choices, and it is empty.</summary>
    public bool ChoicesEmpty { get; private set; }

    /// <summary>There is a usage at the top, be it null.</summary>
    public bool HasUsage => UsageTo > 0;

    /// <summary>Where the member of the usage at the top begins, its comma included.</summary>
    public int UsageFrom { get; private set; }

    /// <summary>Where it ends; 0 for none.</summary>
    public int UsageTo { get; private set; }

    /// <summary>The string of <c>type</c> at the top, cut to 32 bytes.</summary>
    public ReadOnlySpan<byte> Type => _type.AsSpan(0, _typeLength);

    /// <summary>What the first document that names a model calls it, as it stands in JSON; empty for none, and for one that is long or written with escapes.</summary>
    public ReadOnlySpan<byte> Model => _modelKnown ? _model.AsSpan(0, _modelLength) : [];

    /// <summary>Begins with another document.</summary>
    public void Reset()
    {
        (_nameLength, _typeLength, _position, _comma, _usageFrom) = (0, 0, 0, -1, 0);
        (_depth, _objects, _usageDepth, _choicesDepth) = (0, 0, 0, 0);
        (_envelope, _expectsName, _named, _null, _ended, _lost) = (false, false, false, false, false, false);
        (_key, _within, _number, _fields) = (ReplyKey.Other, Within.Structure, 0, default);
        (Text, Delta, ChoicesEmpty, UsageFrom, UsageTo) = (0, 0, false, 0, 0);
        _modelLength = _modelKnown ? _modelLength : 0;
        Texts?.Begin();
    }

    public void Read(ReadOnlySpan<byte> piece)
    {
        var at = 0;
        while (at < piece.Length && !_lost)
        {
            at += _within switch
            {
                Within.String => ReadString(piece[at..]),
                Within.Escape => ReadEscape(piece[at]),
                Within.Literal => ReadLiteral(piece[at]),
                _ => ReadStructure(piece[at..]),
            };
        }

        _position += piece.Length - at;
    }

    private bool InObject => _depth is > 0 and <= MostDepth && (_objects >> (_depth - 1) & 1) != 0;

    private int ReadStructure(ReadOnlySpan<byte> rest)
    {
        // Nothing deep inside is of interest but names and strings, so that lists of numbers are passed over at once.
        var skipped = _depth > 1 && !InObject && _choicesDepth != _depth ? rest.IndexOfAny("\"{}[]"u8) : 0;
        if (skipped < 0)
        {
            _position += rest.Length;
            return rest.Length;
        }

        _position += skipped;
        Take(rest[skipped]);
        return skipped + 1;
    }

    private void Take(byte sign)
    {
        switch (sign)
        {
            case (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r':
                break;
            case (byte)',':
                Comma();
                break;
            case (byte)':':
                _expectsName = false;
                break;
            case (byte)'"':
                OpenString();
                break;
            case (byte)'{' or (byte)'[':
                Open(sign == (byte)'{');
                break;
            case (byte)'}' or (byte)']':
                Close();
                break;
            default:
                BeginValue();
                _within = Within.Literal;
                _null = sign == (byte)'n';
                _number = sign is >= (byte)'0' and <= (byte)'9' ? sign - '0' : -1;
                break;
        }

        _position++;
    }

    private void Comma()
    {
        _expectsName = InObject;
        if (_depth == 1)
        {
            _comma = _position;
        }
    }

    /// <summary>A value, not a name, begins.</summary>
    private void BeginValue()
    {
        if (_depth == 0)
        {
            _lost = true;
        }

        if (_choicesDepth == _depth)
        {
            ChoicesEmpty = false;
        }
    }

    private void Open(bool isObject)
    {
        if (_depth == 0 && !isObject)
        {
            _lost = true;
            return;
        }

        if (_depth > 0)
        {
            BeginValue();
        }

        Enter(isObject, _depth == 0 || InObject ? _key : ReplyKey.Other);
        _depth++;
        if (_depth <= MostDepth)
        {
            var bit = 1UL << (_depth - 1);
            _objects = isObject ? _objects | bit : _objects & ~bit;
        }

        (_key, _expectsName) = (ReplyKey.Other, isObject);
    }

    private void Enter(bool isObject, ReplyKey key)
    {
        switch (key)
        {
            case ReplyKey.Usage when isObject && (_depth == 1 || (_depth == 2 && _envelope)):
                _usageDepth = _depth + 1;
                break;
            case ReplyKey.Envelope when isObject && _depth == 1:
                _envelope = true;
                break;
            case ReplyKey.Choices when !isObject && _depth == 1:
                (_choicesDepth, ChoicesEmpty) = (2, true);
                break;
        }
    }

    private void Close()
    {
        _depth--;
        (_key, _expectsName) = (ReplyKey.Other, false);
        if (_depth <= 0)
        {
            (_ended, _lost) = (_depth == 0, true);
        }

        if (_usageDepth > _depth)
        {
            _usageDepth = 0;
            if (_depth == 1)
            {
                (UsageFrom, UsageTo) = ((int)_usageFrom, (int)_position + 1);
            }
        }

        _envelope &= _depth >= 2;
        _choicesDepth = _choicesDepth > _depth ? 0 : _choicesDepth;
    }
}

namespace Sky.Core.Metering;

/// <summary>Names, strings and literals: what of them is kept, and what is only counted.</summary>
public sealed partial class ReplyReader
{
    private void OpenString()
    {
        _within = Within.String;
        _named = InObject && _expectsName;
        if (_named)
        {
            _nameLength = 0;
            _usageFrom = _depth == 1 ? (_comma >= 0 ? _comma : _position) : _usageFrom;
        }
        else
        {
            BeginValue();
            _key = InObject ? _key : ReplyKey.Other;
        }
    }

    private int ReadString(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAny((byte)'"', (byte)'\\');
        var part = end < 0 ? rest : rest[..end];
        Keep(part);
        if (end < 0)
        {
            _position += rest.Length;
            return rest.Length;
        }

        _within = rest[end] == (byte)'\\' ? Within.Escape : Within.Structure;
        if (_within == Within.Structure && _named)
        {
            _key = ReplyKeys.Of(_name.AsSpan(0, Math.Max(0, _nameLength)));
            _expectsName = false;
        }
        else if (_within == Within.Structure && _key is ReplyKey.Model && IsAtTop)
        {
            _modelKnown |= _modelLength > 0;
        }

        _position += end + 1;
        return end + 1;
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (_named)
        {
            KeepName(part);
        }
        else if (_key is ReplyKey.Text)
        {
            Text += part.Length;
            Texts?.Add(part, delta: false);
        }
        else if (_depth == 1 && _key is ReplyKey.Delta)
        {
            Delta += part.Length;
            Texts?.Add(part, delta: true);
        }
        else if (_depth == 1 && _key is ReplyKey.Type)
        {
            var kept = part[..Math.Min(part.Length, LongestType - _typeLength)];
            kept.CopyTo(_type.AsSpan(_typeLength));
            _typeLength += kept.Length;
        }
        else if (_key is ReplyKey.Model && IsAtTop)
        {
            KeepModel(part);
        }
    }

    /// <summary>Of the reply itself, or of the one that an event wraps.</summary>
    private bool IsAtTop => _depth == 1 || (_depth == 2 && _envelope);

    private void KeepModel(ReadOnlySpan<byte> part)
    {
        if (_modelKnown || _modelLength < 0 || _modelLength + part.Length > LongestModel)
        {
            _modelLength = _modelKnown ? _modelLength : -1;
            return;
        }

        _model ??= new byte[LongestModel];
        part.CopyTo(_model.AsSpan(_modelLength));
        _modelLength += part.Length;
    }

    /// <summary>A name that is too long, or is written with escapes, is none that is known.</summary>
    private void KeepName(ReadOnlySpan<byte> part)
    {
        if (_nameLength < 0 || _nameLength + part.Length > _name.Length)
        {
            _nameLength = -1;
            return;
        }

        part.CopyTo(_name.AsSpan(_nameLength));
        _nameLength += part.Length;
    }

    private int ReadEscape(byte sign)
    {
        // What \u and four digits stand for has three bytes in most texts that are written so; the digits are counted by themselves.
        var bytes = sign == (byte)'u' ? -1 : 1;
        if (_named)
        {
            _nameLength = -1;
        }
        else if (_key is ReplyKey.Text)
        {
            Text += bytes;
            Texts?.Add([(byte)'\\', sign], delta: false);
        }
        else if (_depth == 1 && _key is ReplyKey.Delta)
        {
            Delta += bytes;
            Texts?.Add([(byte)'\\', sign], delta: true);
        }
        else if (_key is ReplyKey.Model && IsAtTop && !_modelKnown)
        {
            _modelLength = -1;
        }

        _within = Within.String;
        _position++;
        return 1;
    }

    /// <summary>A number, or true, false, null. What ends it is left to be read.</summary>
    private int ReadLiteral(byte sign)
    {
        if (sign is (byte)',' or (byte)'}' or (byte)']' or (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'"' or (byte)'{' or (byte)'[' or (byte)':')
        {
            EndLiteral();
            return 0;
        }

        _number = sign is >= (byte)'0' and <= (byte)'9' && _number is >= 0 and < UsageFields.Most ? (_number * 10) + sign - '0' : -1;
        _position++;
        return 1;
    }

    private void EndLiteral()
    {
        _within = Within.Structure;
        if (_usageDepth > 0 && _number >= 0 && InObject)
        {
            _fields.Set(_key, Math.Min(_number, UsageFields.Most), nested: _depth > _usageDepth);
        }

        if (_null && _depth == 1 && _key is ReplyKey.Usage)
        {
            (UsageFrom, UsageTo) = ((int)_usageFrom, (int)_position);
        }
    }
}

using Sky.Core.Specs;

namespace Sky.Core.Metering;

/// <summary>What an answer says of its tokens, while it passes. Of several usages the last one counts, number by number.</summary>
public sealed class UsageReader
{
    private readonly long _most;
    private readonly EventTexts? _texts;
    private readonly EventStreamReader? _events;
    private readonly ReplyReader? _whole;
    private long _textEvents;
    private long _text;
    private long? _prompt;
    private long? _cached;
    private long? _completion;

    /// <param name="stream">A stream of events; else one JSON document.</param>
    /// <param name="most">Tokens that a prompt or an answer may have: a usage that says more is not believed.</param>
    /// <param name="counter">Counts the text of events that carry more than a token, where the stream does not say it; null: that is estimated.</param>
    public UsageReader(bool stream, long most = ServiceLimitsSpec.DefaultTokensPerRequest, ITokenCounter? counter = null)
    {
        _most = most;
        if (stream)
        {
            _texts = counter is null ? null : new EventTexts(counter);
            _events = new EventStreamReader { Data = new ReplyReader { Texts = _texts } };
        }
        else
        {
            _whole = new ReplyReader();
        }
    }

    /// <summary>Complete events with data.</summary>
    public long Events { get; private set; }

    /// <summary>The stream said by itself that it is at its end.</summary>
    public bool Finished { get; private set; }

    /// <summary>It said of itself what cannot be.</summary>
    public bool Disbelieved { get; private set; }

    /// <summary>Nothing of an answer has come since the last usage.</summary>
    public bool IsExact
    {
        get
        {
            LookAtWhole();
            return _completion is not null && _textEvents == 0 && _text == 0 && !Disbelieved;
        }
    }

    /// <summary>What the answer calls its model, as it stands in JSON; empty where it does not say.</summary>
    public ReadOnlySpan<byte> Model => _events is null ? _whole!.Model : _events.Data.Model;

    /// <summary>It reads a stream of events.</summary>
    public bool IsStream => _events is not null;

    /// <summary>The one document is there to its end.</summary>
    public bool IsWhole => _whole is { Ended: true };

    /// <summary>The event reader, for what changes the stream; there is none for one document.</summary>
    public EventStreamReader Stream => _events!;

    /// <summary>Reads a piece of the answer.</summary>
    public void Read(ReadOnlySpan<byte> piece)
    {
        if (_events is null)
        {
            _whole!.Read(piece);
            return;
        }

        while (piece.Length > 0)
        {
            piece = piece[_events.Advance(piece, out var ended)..];
            if (ended)
            {
                Count();
            }
        }
    }

    /// <summary>The event at which <see cref="Stream"/> stands is complete.</summary>
    public void Count()
    {
        if (!_events!.HasData)
        {
            return;
        }

        Events++;
        Finished |= _events.IsDone || IsLast(_events.Data.Type);
        CountText(_events.Data);
        Take(_events.Data);
    }

    /// <summary>Tokens by what was read.</summary>
    /// <param name="prompt">Tokens of the prompt where the answer does not say.</param>
    public TokenUsage Tokens(long prompt)
    {
        _texts?.Count();
        return SoFar(prompt);
    }

    /// <summary>The same before all that can be counted is: as long as the stream may say it by itself.</summary>
    /// <param name="prompt">Tokens of the prompt where the answer does not say.</param>
    public TokenUsage SoFar(long prompt)
    {
        LookAtWhole();
        var counted = _events is null ? TokenEstimate.OfText(_text) : CountedOfStream;
        var all = _prompt ?? prompt;
        return new TokenUsage(all, Math.Min(_cached ?? 0, all), (_completion ?? 0) + counted);
    }

    private long CountedOfStream => _texts is null
        ? TokenEstimate.OfStream(_textEvents, _text)
        : _texts.Tokens + TokenEstimate.OfStream(_textEvents - _texts.Events, _text - _texts.Bytes);

    /// <summary>What one document says is known when it is over; until then the present state counts.</summary>
    private void LookAtWhole()
    {
        if (_whole is not null)
        {
            Take(_whole);
            _text = _completion is null ? _whole.Text : 0;
        }
    }

    private void CountText(ReplyReader data)
    {
        // An event of the responses' API that ends a part repeats its text.
        var text = data.Delta > 0 || data.Type.StartsWith("response."u8) ? data.Delta : data.Text;
        if (text > 0)
        {
            _textEvents++;
            _text += text;
            if (TokenEstimate.IsSeveral(text))
            {
                _texts?.Complete(text);
            }
        }
    }

    private void Take(ReplyReader data)
    {
        ref readonly var usage = ref data.Usage;
        if (!usage.Any)
        {
            return;
        }

        if (usage.Prompt > _most || usage.Completion > _most)
        {
            Disbelieved = true;
            return;
        }

        _prompt = usage.Prompt ?? _prompt;
        _cached = usage.Cached ?? _cached;
        if (usage.Completion is { } completion)
        {
            (_completion, _textEvents, _text) = (completion, 0, 0);
            _texts?.Clear();
        }
        else if (_events is null)
        {
            // One document without tokens of an answer has none, as of embeddings.
            _completion = 0;
        }
    }

    private static bool IsLast(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("message_stop"u8) || type.SequenceEqual("response.completed"u8)
        || type.SequenceEqual("response.incomplete"u8) || type.SequenceEqual("response.failed"u8);
}

using System.Buffers;
using System.Text.Json;

namespace Sky.Gateway.Routing.Models;

/// <summary>
/// Goes once over the top level of a JSON body and notes what the gateway acts on. Other values are skipped, not built. A field that it
/// acts on may stand there only once: two readers that take different ones would disagree about what was asked.
/// </summary>
internal ref struct JsonCallScan(ReadOnlySequence<byte> body)
{
    /// <summary>Deeper ones are refused: no schema of a tool is.</summary>
    private const int MostDepth = 256;

    private Utf8JsonReader _reader = new(body, new JsonReaderOptions { MaxDepth = MostDepth });
    private int _seen;

    public string? Model { get; private set; }

    public bool Stream { get; private set; }

    public bool IncludeUsage { get; private set; }

    public int? MaxTokens { get; private set; }

    public int Choices { get; private set; } = 1;

    public string? PreviousResponseId { get; private set; }

    public string? User { get; private set; }

    public (long Start, long Length) Prompt { get; private set; }

    public BodyShape Shape;

    /// <summary>Null when the body is what it should be.</summary>
    public CallProblem? Run()
    {
        try
        {
            return Read();
        }
        catch (JsonException)
        {
            return CallProblem.Invalid("The body is not valid JSON.", "invalid_json");
        }
        catch (InvalidOperationException)
        {
            // A string whose escapes make no text.
            return CallProblem.Invalid("The body is not valid JSON.", "invalid_json");
        }
    }

    private CallProblem? Read()
    {
        if (!_reader.Read() || _reader.TokenType is not JsonTokenType.StartObject)
        {
            return CallProblem.Invalid("The body is not a JSON object.", "invalid_json");
        }

        Shape.Start = _reader.BytesConsumed;
        while (_reader.Read() && _reader.TokenType is JsonTokenType.PropertyName)
        {
            var field = Known(ref _reader);
            if (field is not CallField.None && (_seen & (1 << (int)field)) != 0)
            {
                return CallProblem.Invalid($"The body has '{Word(field)}' twice.", "invalid_json", Word(field));
            }

            if (field is CallField.None && IsModelInOtherLetters(ref _reader))
            {
                return CallProblem.Invalid($"The body has '{_reader.GetString()}': write 'model'. Some servers take the one for the other.", "invalid_json", "model");
            }

            _seen |= 1 << (int)field;
            _reader.Read();
            if (Take(field) is { } problem)
            {
                return problem;
            }
        }

        // Reads on, so that what follows the object is found.
        return _reader.Read() ? CallProblem.Invalid("The body is not valid JSON.", "invalid_json") : null;
    }

    private CallProblem? Take(CallField field)
    {
        switch (field)
        {
            case CallField.Model:
                return TakeModel();
            case CallField.Stream:
                Stream = _reader.TokenType is JsonTokenType.True;
                break;
            case CallField.StreamOptions:
                TakeStreamOptions();
                return null;
            case CallField.MaxTokens or CallField.MaxCompletionTokens or CallField.MaxOutputTokens:
                MaxTokens = Whole() is { } most ? Math.Max(most, MaxTokens ?? 0) : MaxTokens;
                break;
            case CallField.Choices:
                Choices = Math.Max(1, Whole() ?? 1);
                break;
            case CallField.PreviousResponse:
                PreviousResponseId = Text();
                break;
            case CallField.User:
                User = Text();
                break;
            case CallField.Messages or CallField.Prompt or CallField.Input:
                Prompt = Skip();
                return null;
        }

        _reader.Skip();
        return null;
    }

    private CallProblem? TakeModel()
    {
        if (_reader.TokenType is not JsonTokenType.String)
        {
            return CallProblem.Invalid("'model' is not a string.", "invalid_type", "model");
        }

        Shape.Model = (_reader.TokenStartIndex, _reader.BytesConsumed - _reader.TokenStartIndex);
        Model = _reader.GetString();
        return null;
    }

    private void TakeStreamOptions()
    {
        var start = _reader.TokenStartIndex;
        if (_reader.TokenType is JsonTokenType.StartObject)
        {
            while (_reader.Read() && _reader.TokenType is JsonTokenType.PropertyName)
            {
                Shape.StreamOptionsFilled = true;
                var usage = _reader.ValueTextEquals("include_usage"u8);
                _reader.Read();
                IncludeUsage = usage ? _reader.TokenType is JsonTokenType.True : IncludeUsage;
                var place = Skip();
                Shape.UsageFlag = usage ? place : Shape.UsageFlag;
            }
        }
        else
        {
            _reader.Skip();
        }

        Shape.StreamOptions = (start, _reader.BytesConsumed - start);
    }

    private (long Start, long Length) Skip()
    {
        var start = _reader.TokenStartIndex;
        _reader.Skip();
        return (start, _reader.BytesConsumed - start);
    }

    private readonly int? Whole() => _reader.TokenType is JsonTokenType.Number && _reader.TryGetInt32(out var number) ? number : null;

    private readonly string? Text() => _reader.TokenType is JsonTokenType.String ? _reader.GetString() : null;

    private static CallField Known(ref Utf8JsonReader reader)
    {
        // Most names are none of these: their length says so.
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (length is < 1 or > 128)
        {
            return CallField.None;
        }

        for (var field = CallField.Model; field <= CallField.Input; field++)
        {
            if (reader.ValueTextEquals(Name(field)))
            {
                return field;
            }
        }

        return CallField.None;
    }

    /// <summary>
    /// Servers whose reader of JSON does not tell capitals from small letters (Go's does not) would run another model than the one that
    /// the caller's key was checked for.
    /// </summary>
    private static bool IsModelInOtherLetters(ref Utf8JsonReader reader)
    {
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        return (length == 5 || (reader.ValueIsEscaped && length <= 30)) && "model".Equals(reader.GetString(), StringComparison.OrdinalIgnoreCase);
    }

    private static string Word(CallField field) => System.Text.Encoding.ASCII.GetString(Name(field));

    private static ReadOnlySpan<byte> Name(CallField field) => field switch
    {
        CallField.Model => "model"u8,
        CallField.Stream => "stream"u8,
        CallField.StreamOptions => "stream_options"u8,
        CallField.MaxTokens => "max_tokens"u8,
        CallField.MaxCompletionTokens => "max_completion_tokens"u8,
        CallField.MaxOutputTokens => "max_output_tokens"u8,
        CallField.Choices => "n"u8,
        CallField.PreviousResponse => "previous_response_id"u8,
        CallField.User => "user"u8,
        CallField.Messages => "messages"u8,
        CallField.Prompt => "prompt"u8,
        CallField.Input => "input"u8,
        _ => [],
    };
}

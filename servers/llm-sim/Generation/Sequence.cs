using System.Text;
using LlmSim.Requests;
using LlmSim.Tokens;

namespace LlmSim.Generation;

/// <summary>One choice of a reply, generated token by token.</summary>
internal sealed class Sequence : IDisposable
{
    private readonly IEnumerator<string> _tokens;
    private readonly IReadOnlyList<string> _stops;
    private readonly int _natural;
    private readonly int _most;
    private readonly string _end;
    private readonly StringBuilder _text = new();
    private int _given;

    /// <param name="index">Its place in the reply.</param>
    /// <param name="choice">Its place among the choices of its prompt, which makes their texts differ.</param>
    public Sequence(int index, int choice, GenerationRequest request, IReadOnlyList<string> prompt, SimOptions options)
    {
        Index = index;
        Tool = request.Tool;
        _stops = request.Tool is null ? request.Stops : [];
        _most = request.MaxTokens ?? Math.Max(1, options.ContextTokens - prompt.Count);
        _end = request.Tool is null ? FinishReason.Stop : FinishReason.ToolCalls;
        if ((request.Tool?.Arguments ?? request.Say) is { } script)
        {
            var tokens = Tokenizer.Cut(script);
            (_natural, _tokens) = (Math.Max(1, tokens.Count), tokens.GetEnumerator());
            return;
        }

        var seed = SeedOf(prompt, choice, request.Seed, options.Seed);
        _tokens = TextSource.Tokens(seed).GetEnumerator();
        _natural = options.CompletionTokens > 0 ? options.CompletionTokens : TextSource.NaturalLength(seed);
    }

    public int Index { get; }

    /// <summary>The call whose arguments this is; null for text.</summary>
    public ToolCall? Tool { get; }

    /// <summary>Tokens generated.</summary>
    public int Tokens { get; private set; }

    /// <summary>Null while it goes on.</summary>
    public string? Finish { get; private set; }

    /// <summary>All text given out.</summary>
    public string Text => _text.ToString(0, _given);

    public SequenceStep Next()
    {
        Tokens++;
        if (_tokens.MoveNext())
        {
            _text.Append(_tokens.Current);
        }

        var text = _text.ToString(_given, _text.Length - _given);
        if (StopAt(text) is { } stop)
        {
            return Give(text[..stop], FinishReason.Stop);
        }

        if (Tokens >= _natural)
        {
            return Give(text, _end);
        }

        return Tokens >= _most ? Give(text, FinishReason.Length) : Give(text[..^HeldBack(text)], null);
    }

    public void Dispose() => _tokens.Dispose();

    private static ulong SeedOf(IReadOnlyList<string> prompt, int choice, int? requestSeed, int seed)
    {
        var hash = StableHash.Add(StableHash.Add(StableHash.Add(StableHash.Start, seed), requestSeed ?? 0), choice);
        return prompt.Aggregate(hash, StableHash.Add);
    }

    private SequenceStep Give(string text, string? finish)
    {
        _given += text.Length;
        Finish = finish;
        return new SequenceStep(text, finish);
    }

    private int? StopAt(string text)
    {
        var first = _stops.Select(s => text.IndexOf(s, StringComparison.Ordinal)).Where(i => i >= 0).DefaultIfEmpty(-1).Min();
        return first < 0 ? null : first;
    }

    /// <summary>Length of the longest end of the text that begins a stop string.</summary>
    private int HeldBack(string text) => _stops.Select(stop => HeldBack(text, stop)).DefaultIfEmpty(0).Max();

    private static int HeldBack(string text, string stop)
    {
        for (var length = Math.Min(text.Length, stop.Length - 1); length > 0; length--)
        {
            if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
            {
                return length;
            }
        }

        return 0;
    }
}

using System.Collections.Concurrent;

namespace Sky.Gateway.Reporting;

/// <summary>What this gateway cannot write now, for those who look at the controller: requests are served all the same.</summary>
internal sealed class DiskTrouble
{
    private readonly ConcurrentDictionary<string, string> _sentences = new(StringComparer.Ordinal);

    /// <summary>One line; null: everything can be written.</summary>
    public string? Sentence => _sentences.IsEmpty ? null : string.Join("; ", _sentences.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value));

    /// <summary>The path cannot be written. True when that is new.</summary>
    public bool Note(string path, string reason)
    {
        // The words for the failure may end with the name of a draft or of a file within the folder.
        var file = reason.IndexOf(" : '", StringComparison.Ordinal);
        return Say(path, $"cannot write {path}: {(file < 0 ? reason : reason[..file])}");
    }

    /// <summary>True when that is new.</summary>
    public bool Say(string about, string sentence)
    {
        var known = _sentences.GetValueOrDefault(about);
        _sentences[about] = sentence;
        return known != sentence;
    }

    /// <summary>It can be written. True when it could not before.</summary>
    public bool Clear(string about) => _sentences.TryRemove(about, out _);
}

using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Finds the one task of a file: its only document, or the one after a header of <c>name</c> and <c>execution</c>.</summary>
internal static class TaskDocument
{
    public static YamlNode.Mapping? Find(string text, bool lastKeyWins, SpecProblems problems)
    {
        if (new YamlTreeReader(problems, lastKeyWins).Read(text) is not { } all)
        {
            return null;
        }
        var documents = all.Where(document => !document.IsNull).ToList();
        var header = documents.Count > 1 && IsHeader(documents[0]) ? (YamlNode.Mapping)documents[0] : null;
        if (header is not null)
        {
            documents.RemoveAt(0);
        }
        if (documents.Count == 0)
        {
            problems.Error(0, "", "The file is empty. It needs a `service` section and a `run` command.");
            return null;
        }
        if (documents.Count > 1)
        {
            problems.Error(documents[1].Line, "", "Only one task document is allowed in a service file; a second one starts here. Put it in a file of its own.");
            return null;
        }
        if (documents[0] is not YamlNode.Mapping task)
        {
            problems.Error(documents[0].Line, "", $"A service file is a mapping (`run: ...`, `service: ...`), not {(documents[0] is YamlNode.Sequence ? "a list" : "a single value")}.");
            return null;
        }
        return task["name"] is null && header?.Find("name") is { } name ? new(task.Line, [name, .. task.Entries.Where(entry => entry.Key != "name")]) : task;
    }

    private static bool IsHeader(YamlNode document) =>
        document is YamlNode.Mapping { Entries.Count: > 0 } map
        && map.Entries.All(entry => entry.Key is "name" or "execution")
        && map.Find("name") is not null;
}

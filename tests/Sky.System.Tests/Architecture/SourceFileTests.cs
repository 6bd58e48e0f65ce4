using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sky.SystemTests.Architecture;

public sealed partial class SourceFileTests
{
    private const int MostLines = 400;

    private static readonly string[] NotText = [".png", ".jpg", ".onnx"];

    /// <summary>The file of top-level statements that a program starts with declares no type and no namespace.</summary>
    private const string Start = "Program.cs";

    [Fact]
    public void Files_of_the_sources_are_short()
    {
        var tooLong = Repository.Files("*.cs", "src").Where(path => Repository.Read(path).Count(c => c == '\n') > MostLines);
        Assert.Empty(tooLong);
    }

    [Fact]
    public void A_file_of_the_sources_holds_one_type_and_is_named_like_it()
    {
        var wrong = from path in Repository.Files("*.cs", "src")
                    let types = Type().Matches(Repository.Read(path)).Select(match => match.Groups[1].Value).ToList()
                    where types is not [var only] || only != Path.GetFileName(path).Split('.')[0]
                    where Path.GetFileName(path) != Start || types.Count > 0
                    select $"{path}: {string.Join(", ", types)}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        var wrong = from project in Repository.Files("*.csproj")
                    let folder = Path.GetDirectoryName(project)!
                    let root = XDocument.Parse(Repository.Read(project)).Descendants("RootNamespace").SingleOrDefault()?.Value
                        ?? Path.GetFileNameWithoutExtension(project)
                    from path in Repository.Files("*.cs", folder)
                    let inside = Path.GetRelativePath(folder, Path.GetDirectoryName(path)!)
                    let wanted = inside == "." ? root : $"{root}.{inside.Replace('/', '.')}"
                    let given = Namespace().Match(Repository.Read(path)).Groups[1].Value
                    where given != wanted && (given.Length > 0 || Path.GetFileName(path) != Start)
                    select $"{path}: {given} instead of {wanted}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Folders_are_named_after_concerns()
    {
        string[] banned = ["Helpers", "Utils", "Utilities", "Interfaces", "Common", "Misc"];
        var wrong = Repository.Files("*.cs", "src").Where(path => path.Split('/').Intersect(banned).Any());
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_file_names_a_path_of_the_machine_it_was_written_on()
    {
        // A checkout at the top of the machine, such as /app, has a name that means nothing.
        Assert.SkipWhen(Path.GetDirectoryName(Repository.Root) == "/", "the checkout's path is too short to be told from other words");
        var wrong = Repository.Files("*").Where(path => !NotText.Contains(Path.GetExtension(path)))
            .Where(path => Repository.Read(path).Contains(Repository.Root + "/", StringComparison.Ordinal));
        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"(?m)^(?:(?:public|internal|sealed|static|abstract|partial|readonly|file|unsafe|ref)\s+)*(?:class|record struct|record class|record|struct|interface|enum)\s+(\w+)")]
    private static partial Regex Type();

    [GeneratedRegex(@"(?m)^namespace ([\w.]+);")]
    private static partial Regex Namespace();
}

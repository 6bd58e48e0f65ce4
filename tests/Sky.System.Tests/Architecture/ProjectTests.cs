using System.Xml.Linq;

namespace Sky.SystemTests.Architecture;

public sealed class ProjectTests
{
    private const int MostLines = 400;

    /// <summary>Which project may reference which: the composition root everything, the three in the middle only the core.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Sky.Core"] = [],
        ["Sky.Controller"] = ["Sky.Core"],
        ["Sky.Gateway"] = ["Sky.Core"],
        ["Sky.Providers"] = ["Sky.Core"],
        ["Sky.Cli"] = ["Sky.Core", "Sky.Controller", "Sky.Gateway", "Sky.Providers"],
    };

    [Fact]
    public void Projects_reference_only_what_the_design_allows()
    {
        foreach (var path in Repository.Files("*.csproj", "src"))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            Assert.True(Allowed.ContainsKey(name), $"{path} is not in the design");
            var references = XDocument.Parse(Repository.Read(path)).Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));
            Assert.All(references, r => Assert.True(Allowed[name].Contains(r), $"{path} references {r}"));
        }
    }

    [Fact]
    public void The_core_knows_no_web_framework()
    {
        var project = Repository.Read("src/Sky.Core/Sky.Core.csproj");
        Assert.DoesNotContain("AspNetCore", project, StringComparison.Ordinal);
        Assert.DoesNotContain("Sdk.Web", project, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_the_sources_are_short()
    {
        var tooLong = Repository.Files("*.cs", "src").Where(path => Repository.Read(path).Count(c => c == '\n') > MostLines);
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Folders_are_named_after_concerns()
    {
        string[] banned = ["Helpers", "Utils", "Utilities", "Interfaces", "Common", "Misc"];
        var wrong = Repository.Files("*.cs", "src").Where(path => path.Split('/').Intersect(banned).Any());
        Assert.Empty(wrong);
    }
}

using System.Xml.Linq;

namespace Sky.SystemTests.Architecture;

public sealed class ProjectTests
{
    /// <summary>
    /// Which project may reference which: the composition root everything, the four in the middle only the core. Of the tests only those of
    /// whole processes know the command line's code; those of the decisions know nothing else.
    /// </summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Sky.Core"] = [],
        ["Sky.Controller"] = ["Sky.Core"],
        ["Sky.Gateway"] = ["Sky.Core"],
        ["Sky.Providers"] = ["Sky.Core"],
        ["Sky.Node"] = ["Sky.Core"],
        ["Sky.Cli"] = ["Sky.Core", "Sky.Controller", "Sky.Gateway", "Sky.Node", "Sky.Providers"],
        ["Sky.Testing"] = ["Sky.Core", "Sky.Controller", "Sky.Gateway", "Sky.Providers"],
        ["Sky.Testing.Replica"] = [],
        ["Sky.Core.Tests"] = ["Sky.Core"],
        ["Sky.Providers.Tests"] = ["Sky.Testing"],
        ["Sky.System.Tests"] = ["Sky.Cli", "Sky.Testing", "llm-sim"],
        ["Sky.Bench"] = ["Sky.Core", "Sky.Controller", "Sky.Gateway", "Sky.Testing"],
        ["Sky.CatalogBuilder"] = ["Sky.Core", "Sky.Providers"],
        ["llm-sim"] = [],
        ["ocr"] = [],
    };

    [Fact]
    public void Projects_reference_only_what_the_design_allows()
    {
        var wrong = from path in Repository.Files("*.csproj")
                    let name = Path.GetFileNameWithoutExtension(path)
                    from reference in References(path)
                    where !Allowed.TryGetValue(name, out var allowed) || !allowed.Contains(reference)
                    select $"{path} references {reference}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_project_is_in_the_design() =>
        Assert.Empty(Repository.Files("*.csproj").Select(path => Path.GetFileNameWithoutExtension(path)).Except(Allowed.Keys));

    [Fact]
    public void The_core_knows_no_web_framework()
    {
        var project = Repository.Read("src/Sky.Core/Sky.Core.csproj");
        Assert.DoesNotContain("AspNetCore", project, StringComparison.Ordinal);
        Assert.DoesNotContain("Sdk.Web", project, StringComparison.Ordinal);
    }

    // A project that is only to be built first, so that its program can be started, is not referenced.
    private static IEnumerable<string> References(string path) =>
        from reference in XDocument.Parse(Repository.Read(path)).Descendants("ProjectReference")
        where reference.Attribute("ReferenceOutputAssembly")?.Value != "false"
        select Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'));
}

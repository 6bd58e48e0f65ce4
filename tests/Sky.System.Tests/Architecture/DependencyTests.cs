using System.Text.RegularExpressions;

namespace Sky.SystemTests.Architecture;

public sealed partial class DependencyTests
{
    [Fact]
    public void Every_version_in_the_central_list_is_used() =>
        Assert.Empty(Names(Version(), "Directory.Packages.props").Except(Referenced()));

    [Fact]
    public void Every_package_has_its_line_of_reasons() =>
        Assert.Equal(Referenced().Order(), Names(Row(), "docs/decisions/dependencies.md").Except(["package"]).Order());

    private static HashSet<string> Referenced() => [.. Repository.Files("*.csproj").SelectMany(path => Names(Reference(), path))];

    private static IEnumerable<string> Names(Regex regex, string path) => regex.Matches(Repository.Read(path)).Select(match => match.Groups[1].Value);

    [GeneratedRegex("<PackageVersion Include=\"([^\"]+)\"")]
    private static partial Regex Version();

    [GeneratedRegex("<PackageReference Include=\"([^\"]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex(@"(?m)^\| ([A-Za-z][\w.]+) \|")]
    private static partial Regex Row();
}

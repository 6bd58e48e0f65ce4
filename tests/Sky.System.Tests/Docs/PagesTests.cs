using System.Text.RegularExpressions;
using Sky.SystemTests.Architecture;

namespace Sky.SystemTests.Docs;

public sealed partial class PagesTests
{
    [Fact]
    public void Every_relative_link_leads_somewhere()
    {
        var dead = from page in Repository.Files("*.md")
                   from Match link in Link().Matches(Repository.Read(page))
                   let target = link.Groups[1].Value.Split('#')[0]
                   where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
                   let path = Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, target)
                   where !File.Exists(path) && !Directory.Exists(path)
                   select $"{page}: {target}";
        Assert.Empty(dead);
    }

    [Fact]
    public void The_folders_that_the_journeys_name_exist()
    {
        var folders = Folder().Matches(Repository.Read("docs/journeys.md")).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(folders);
        Assert.All(folders, folder => Assert.True(Directory.Exists(Path.Combine(Repository.Root, folder)), folder));
    }

    [Fact]
    public void A_journey_has_at_most_twelve_steps() =>
        Assert.DoesNotMatch(@"(?m)^13\. ", Repository.Read("docs/journeys.md"));

    [Fact]
    public void Every_server_has_its_page_and_its_service_file()
    {
        var servers = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "servers")).ToList();
        Assert.NotEmpty(servers);
        Assert.All(servers, server => Assert.True(
            File.Exists(Path.Combine(server, "README.md")) && File.Exists(Path.Combine(server, "sky-serve.yaml")), server));
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`(src/[A-Za-z./]+)`")]
    private static partial Regex Folder();
}

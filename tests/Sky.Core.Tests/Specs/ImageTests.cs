using Sky.Core.Images.Scanning;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class ImageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-image-");

    private SpecOptions Options => new() { BaseDirectory = _folder.FullName };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_to_build_is_read_with_paths_that_mean_the_same_everywhere()
    {
        _folder.CreateSubdirectory("src");
        File.WriteAllText(Path.Combine(_folder.FullName, "src", "D"), "FROM scratch\n");

        var image = Read("image: {build: {context: src, dockerfile: D, args: {CUDA: 12.4, N: 1}, target: run}, repository: r.example:5000/x}");

        Assert.Equal((null, "r.example:5000/x", null), (image.Reference, image.Repository, image.Pinned));
        Assert.Equal((Path.Combine(_folder.FullName, "src"), "D", "run", _folder.FullName), (image.Build!.Context, image.Build.Dockerfile, image.Build.Target, image.Build.Directory));
        Assert.Equal(["CUDA=12.4", "N=1"], image.Build.Args.Select(arg => $"{arg.Key}={arg.Value}"));
    }

    [Fact]
    public void Text_is_the_context()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "Dockerfile"), "FROM scratch\n");

        Assert.Equal(_folder.FullName, Read("image: {build: .}").Build!.Context);
    }

    [Fact]
    public void Variables_are_filled_in() =>
        Assert.Equal("r.example/x:7", Read("envs: {TAG: 7}\nimage: r.example/x:$TAG").Reference);

    [Theory]
    [InlineData("image: team/UPPER:1", "image", "is not the name of an image")]
    [InlineData("image: 'a b'", "image", "is not the name of an image")]
    [InlineData("image: {repository: r/x, tag: 'a b'}", "image.repository", "is not the name of an image")]
    [InlineData("image: {build: {prepare: make}, repository: r/x:1}", "image.repository", "without a tag")]
    [InlineData("image: {build: {prepare: make}, repository: r/x, tag: 1}", "image.tag", "tagged by its content")]
    [InlineData("image: {build: missing}", "image.build.context", "is not there")]
    [InlineData("image: {build: .}", "image.build.dockerfile", "no Dockerfile in the folder")]
    [InlineData("image: {build: {prepare: make, target: -x}}", "image.build.target", "name or the number of a stage")]
    [InlineData("resources: {image_id: 'docker:'}", "resources.image_id", "does not name an image")]
    [InlineData("image: a\nsecurity: {scan: {fail_on: high}}", "security.scan", "'scanner' is a required property")]
    [InlineData("image: a\nsecurity: {scan: {scanner: clair}}", "security.scan.scanner", "trivy, ecr, none")]
    [InlineData("image: a\nsecurity: {scan: {scanner: trivy, fail_on: severe}}", "security.scan.fail_on", "critical, high")]
    [InlineData("image: a\nsecurity: {scan: {scanner: trivy, ignore: [everything]}}", "security.scan.ignore[0]", "such as CVE-2026-1234")]
    [InlineData("image: a\nsecurity: {scan: {scanner: trivy, ignore: [{until: 2027-01-31}]}}", "security.scan.ignore[0]", "'id' is a required property")]
    [InlineData("image: a\nsecurity: {scan: {scanner: trivy, ignore: [{id: CVE-1-1, until: 2027-02-30}]}}", "security.scan.ignore[0].until", "There is no day 2027-02-30")]
    [InlineData("security: {scan: {scanner: trivy}}", "security.scan", "no image to scan")]
    public void What_is_wrong_is_one_problem_at_its_place(string lines, string path, string words)
    {
        var error = SpecFiles.Error($"{lines}\n{Rest}", Options);

        Assert.Equal(path, error.Path);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_are_ignored_for_ever_or_until_a_day()
    {
        var scan = SpecFiles.Spec($"image: a\nsecurity: {{scan: {{scanner: ECR, fail_on: High, ignore_unfixed: true, ignore: [CVE-2026-1, {{id: GHSA-aa-bb, until: 2027-01-31}}]}}}}\n{Rest}", Options).Scan!;

        Assert.Equal((Scanner.Ecr, Severity.High, true), (scan.Scanner, scan.FailOn, scan.IgnoreUnfixed));
        Assert.Equal([new("CVE-2026-1"), new("GHSA-aa-bb", new DateOnly(2027, 1, 31))], scan.Ignore);
    }

    [Fact]
    public void Arguments_that_look_secret_are_warned_of_and_not_shown()
    {
        var result = SpecFiles.Read($"image: {{build: {{prepare: 'make TOKEN=abcdefghij0123456789', args: {{API_KEY: hunter2hunter2, N: 1}}}}}}\n{Rest}", Options);

        Assert.Contains(result.Warnings, warning => warning.Path == "image.build.args.API_KEY");
        var shown = result.Spec!.Redacted().Task.Image!.Build!;
        Assert.Equal(("***", "1"), (shown.Args["API_KEY"], shown.Args["N"]));
        Assert.DoesNotContain("abcdefghij", shown.Prepare, StringComparison.Ordinal);
    }

    private const string Rest = "networking: {port: 80}\nrun: x";

    private ImageSpec Read(string lines) => SpecFiles.Spec($"{lines}\n{Rest}", Options).Task.Image!;
}

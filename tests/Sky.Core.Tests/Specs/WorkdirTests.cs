using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class WorkdirTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-workdir-").FullName;

    public WorkdirTests() => Directory.CreateDirectory(Path.Combine(_folder, "work", "inner"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_relative_workdir_starts_at_the_base_directory() =>
        Assert.Equal(Path.Combine(_folder, "work"), Read("work").Spec!.Task.Workdir);

    [Theory]
    [InlineData("missing")]
    [InlineData("file.txt")]
    public void A_workdir_must_be_a_folder(string workdir)
    {
        File.WriteAllText(Path.Combine(_folder, "file.txt"), "");
        var error = Assert.Single(Read(workdir).Errors);

        Assert.Equal((3, "workdir"), (error.Line, error.Path));
        Assert.StartsWith($"Workdir must be a valid directory (or a symlink to a directory). {workdir} not found.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/hostname")]
    [InlineData("../../outside")]
    [InlineData("../../work-not/x")]
    public void A_link_out_of_the_workdir_is_an_error_naming_it(string target)
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "work", "inner", "link"), target);

        Assert.Contains($"The link {Path.Combine("inner", "link")} in the workdir leads out of it, to {target}.", Assert.Single(Read("work").Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_goes_out_by_way_of_another_is_found()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "work", "up"), "..");
        File.CreateSymbolicLink(Path.Combine(_folder, "work", "inner", "link"), "../up/x");

        Assert.Equal(2, Read("work").Errors.Count);
    }

    [Fact]
    public void Links_that_stay_inside_or_go_round_are_fine()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "work", "inner", "back"), "..");
        File.CreateSymbolicLink(Path.Combine(_folder, "work", "loop"), "loop");
        File.CreateSymbolicLink(Path.Combine(_folder, "linked"), "work");

        Assert.Empty(Read("work").Errors);
        Assert.Empty(Read("linked").Errors);
    }

    [Fact]
    public void A_git_workdir_is_read_and_fetched_by_whoever_brings_it_up()
    {
        var result = SpecFiles.Read("run: a $PORT\nservice: {}\nworkdir: {url: https://example.com/a.git, ref: v1}");

        Assert.Equal(new GitWorkdirSpec("https://example.com/a.git", "v1"), result.Spec!.Task.GitWorkdir);
        Assert.Empty(result.Warnings);
    }

    private SpecResult Read(string workdir) =>
        SpecFiles.Read($"run: a $PORT\nservice: {{}}\nworkdir: {workdir}", new() { BaseDirectory = _folder });
}

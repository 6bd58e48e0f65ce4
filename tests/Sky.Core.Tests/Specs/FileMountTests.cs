using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class FileMountTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-mounts-");

    private SpecOptions Options => new() { BaseDirectory = _folder.FullName };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Files_and_folders_are_read_with_whole_paths_and_buckets_are_kept()
    {
        _folder.CreateSubdirectory("models");
        File.WriteAllText(Path.Combine(_folder.FullName, "app.conf"), "x");

        var result = SpecFiles.Read("file_mounts: {/models: models, ~/app.conf: ./app.conf, /data: s3://bucket}\nimage: a\nrun: serve $PORT\nservice: {}\n", Options);

        Assert.Equal(
            [new("/models", Path.Combine(_folder.FullName, "models"), true), new("~/app.conf", Path.Combine(_folder.FullName, "app.conf"), false)],
            result.Spec!.Task.FileMounts);
        Assert.Equal("file_mounts", Assert.Single(result.Warnings).Path);
        Assert.Equal("{\"/data\":\"s3://bucket\"}", result.Spec.Kept["file_mounts"].GetRawText());
    }

    [Fact]
    public void Where_it_may_run_as_a_process_it_is_told_what_that_means_for_mounts_and_rights()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "app.conf"), "x");
        const string lines = "file_mounts: {/etc/app.conf: app.conf}\nsecurity: {profile: restricted}\nrun: serve $PORT\nservice: {}\n";

        Assert.Equal(["file_mounts", "security.profile"], SpecFiles.Read(lines, Options).Warnings.Select(warning => warning.Path));
        Assert.Empty(SpecFiles.Read(lines + "resources: {infra: docker}\n", Options).Warnings);
    }
}

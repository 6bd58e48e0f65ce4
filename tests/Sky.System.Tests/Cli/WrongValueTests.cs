namespace Sky.SystemTests.Cli;

/// <summary>What is wrong with a value is said in the user's words, with what would be right.</summary>
public sealed class WrongValueTests
{
    [Theory]
    [InlineData("--to takes a whole number up to 2147483647. Found: '99999999999'", "serve", "rollback", "a", "--to", "99999999999")]
    [InlineData("--tail takes a whole number up to 2147483647. Found: 'x'", "serve", "logs", "a", "1", "--tail", "x")]
    [InlineData("--to is a whole number from 1 on. Found: '0'", "serve", "rollback", "a", "--to", "0")]
    [InlineData("--replica-id is a whole number from 1 on. Found: '-1'", "serve", "down", "a", "--replica-id", "-1")]
    [InlineData("Replicas are numbered from 1. Found: '-1'", "serve", "logs", "a", "--", "-1")]
    [InlineData("The name of the service is empty.", "serve", "logs", "", "--controller")]
    [InlineData("99999999999 replicas are more than there can be.", "serve", "scale", "a", "99999999999")]
    [InlineData("The name of the file is empty.", "serve", "check", "")]
    [InlineData("/: this is a folder, not a file", "serve", "up", "a.yaml", "--env-file", "/")]
    public async Task It_is_told(string said, params string[] args)
    {
        var run = await CliRun.OfAsync(null, args);
        Assert.Contains(said, run.Err, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Err, StringComparison.Ordinal);
        Assert.Equal((2, ""), (run.Code, run.Out));
    }

    [Fact]
    public async Task A_key_given_twice_is_an_error_unless_the_last_one_is_to_win()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("sky-key").FullName, "sky-serve.yaml");
        await File.WriteAllTextAsync(file, "service: {readiness_probe: /}\nrun: ./a $PORT\nrun: ./b $PORT\n", TestContext.Current.CancellationToken);
        var strict = await CliRun.OfAsync(null, "serve", "check", file);
        var lenient = await CliRun.OfAsync(null, "serve", "check", file, "--last-key-wins", "-o", "json");
        Assert.Equal(2, strict.Code);
        Assert.Contains("line 2", strict.Err, StringComparison.Ordinal);
        Assert.Equal(0, lenient.Code);
        Assert.Contains("./b $PORT", lenient.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("./a $PORT", lenient.Out, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }
}

using Sky.Cli.Client;
using Sky.Core;
using Sky.Core.Processes;

namespace Sky.SystemTests.Cli;

public sealed class DamagedHomeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-damaged-");
    private readonly SkyHome _home;

    public DamagedHomeTests() => _home = new SkyHome(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"url":5}""")]
    [InlineData("""{"url":null}""")]
    [InlineData("""{"url":"ftp:x"}""")]
    [InlineData("""{"url":"/x"}""")]
    [InlineData("""{"url":"\ud800"}""")]
    public void Damaged_information_is_told_with_its_file(string content)
    {
        using var held = FileLock.TryAcquire(_home.ControllerLock);
        File.WriteAllText(_home.Token, "token\n");
        File.WriteAllText(_home.ControllerInfo, content);

        var told = Assert.Throws<ControllerUnreachableException>(() => ControllerInfo.OfRunning(_home));

        Assert.StartsWith($"{_home.ControllerInfo} is damaged", told.Message);
        Assert.DoesNotContain('\n', told.Message);
    }

    [Fact]
    public void A_damaged_token_is_told_with_its_file_and_not_shown()
    {
        using var held = FileLock.TryAcquire(_home.ControllerLock);
        File.WriteAllBytes(_home.Token, [0x41, 0xff, 0x00, 0x0a, 0x41]);
        File.WriteAllText(_home.ControllerInfo, """{"url":"http://127.0.0.1:1","pid":1}""");

        var told = Assert.Throws<ControllerUnreachableException>(() => ControllerInfo.OfRunning(_home));

        Assert.StartsWith($"{_home.Token} is damaged: it holds no token.", told.Message);
    }

    [Fact]
    public void Whole_information_is_used_while_the_lock_is_held_only()
    {
        File.WriteAllText(_home.Token, "token\n");
        File.WriteAllText(_home.ControllerInfo, """{"url":"http://127.0.0.1:1","pid":1}""");
        using (FileLock.TryAcquire(_home.ControllerLock))
        {
            Assert.Equal(new ControllerAddress(new Uri("http://127.0.0.1:1"), "token"), ControllerInfo.OfRunning(_home));
        }

        Assert.Null(ControllerInfo.OfRunning(_home));
    }

    [Fact]
    public async Task A_command_ends_with_one_line_and_code_4()
    {
        using var held = FileLock.TryAcquire(_home.ControllerLock);
        File.WriteAllText(_home.Token, "token\n");
        File.WriteAllText(_home.ControllerInfo, "[]");

        var run = await CliRun.OfAsync(null, "controller", "status", "--home", _home.Root);

        Assert.Equal((4, ""), (run.Code, run.Out));
        Assert.StartsWith($"Error: {_home.ControllerInfo} is damaged", run.Err);
        Assert.Equal(1, run.Err.Count(sign => sign == '\n'));
    }

    [Fact]
    public async Task A_controller_that_has_not_written_its_address_is_not_said_not_to_run()
    {
        using var held = FileLock.TryAcquire(_home.ControllerLock);

        var run = await CliRun.OfAsync(null, "controller", "status", "--home", _home.Root);

        Assert.Equal(4, run.Code);
        Assert.StartsWith("Error: A controller runs", run.Err);
    }

    [Theory]
    [InlineData("controller", "start")]
    [InlineData("controller", "status")]
    [InlineData("serve", "status")]
    public async Task A_home_that_is_a_file_is_wrong_input(string noun, string verb)
    {
        var file = Path.Combine(_home.Root, "file");
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);

        var run = await CliRun.OfAsync(null, noun, verb, "--home", file);

        Assert.Equal((2, $"Error: SKY_HOME {file} is a file: it must be a folder, or a name that is free.\n"), (run.Code, run.Err));
        Assert.Equal("mine", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_home_that_cannot_be_written_is_told_with_its_setting()
    {
        var run = await CliRun.OfAsync(null, "controller", "start", "--home", "/proc/sky-home");

        Assert.Equal(1, run.Code);
        Assert.StartsWith("Error: The folder /proc/sky-home (SKY_HOME) cannot be written: ", run.Err);
    }
}

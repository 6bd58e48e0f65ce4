using System.Net;
using System.Security.Cryptography;
using Sky.Controller.Hosting;
using Sky.Controller.Store;
using Sky.Core;
using Sky.Core.Engines;
using Sky.Core.Store;
using Sky.SystemTests.Store;
using Sky.Testing.Clouds;
using Sky.Testing.Engines;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>Who may read what lies in the home, and what a disk that takes nothing more leads to.</summary>
public sealed class RightsTests : IDisposable
{
    private const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int LargerThanTheDisk = 2_000_000;
    private readonly SkyHome _home = new(Path.Combine(Directory.CreateTempSubdirectory("sky-rights-").FullName, "home"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_home.Root)!, recursive: true);

    [Fact]
    public async Task HomeDatabaseAndTokenAreForTheirOwnerOnly()
    {
        HomeFolder.Create(_home);
        HomeFolder.Token(_home);
        using var store = await SqliteStore.OpenAsync(_home.Database, TestSealer.Instance, Token);
        await store.CommitAsync(new ServiceCommit { ExpectedRowVersion = 0, Service = Aggregates.Service("a").Service }, Token);

        Assert.Equal(Read | UnixFileMode.UserExecute, File.GetUnixFileMode(_home.Root));
        Assert.All(Directory.GetFiles(_home.Root), file => Assert.Equal(Read, File.GetUnixFileMode(file)));
        Assert.Contains(_home.Database, Directory.GetFiles(_home.Root));
    }

    [Fact]
    public async Task HomeThatOthersCouldReadIsClosedToThem()
    {
        Directory.CreateDirectory(_home.Root);
        await File.WriteAllTextAsync(_home.Token, "abc\n", Token);
        await File.WriteAllTextAsync(_home.Database, "", Token);
        foreach (var file in new[] { _home.Token, _home.Database })
        {
            File.SetUnixFileMode(file, Read | UnixFileMode.OtherRead);
        }

        HomeFolder.Create(_home);
        Assert.Equal("abc", HomeFolder.Token(_home));
        using var store = await SqliteStore.OpenAsync(_home.Database, TestSealer.Instance, Token);

        Assert.Equal(Read | UnixFileMode.UserExecute, File.GetUnixFileMode(_home.Root));
        Assert.Equal(Read, File.GetUnixFileMode(_home.Token));
        Assert.Equal(Read, File.GetUnixFileMode(_home.Database));
    }

    [Fact]
    public async Task WorkdirThatDoesNotFitOnTheDiskIsSaidAndLeavesNothing()
    {
        await using var sky = await ControllerFixture.StartAsync();
        using var disk = TinyDisk.Mount(sky.Home.Workdirs);
        Assert.SkipWhen(disk is null, "a small disk can only be mounted by root");
        var content = RandomNumberGenerator.GetBytes(LargerThanTheDisk);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));

        using var response = await sky.Http.PutAsync($"/api/v1/workdirs/{hash}", new ByteArrayContent(content), Token);

        Assert.Equal(HttpStatusCode.InsufficientStorage, response.StatusCode);
        Assert.Contains("full: free some space", (await ControllerFixture.ErrorAsync(response)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(sky.Home.Workdirs));
    }

    [Fact]
    public async Task DatabaseThatCannotBeWrittenIsSaidAndLeftAsItIs()
    {
        using var disk = TinyDisk.Mount(_home.Root);
        Assert.SkipWhen(disk is null, "a disk can only be made read-only by root");
        (await SqliteStore.OpenAsync(_home.Database, TestSealer.Instance, Token)).Dispose();
        Assert.True(disk.MakeReadOnly());

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => SqliteStore.OpenAsync(_home.Database, TestSealer.Instance, Token));
        Assert.Contains(_home.Database, failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync());
    }

    private Task<int> RunAsync() => ControllerHost.RunAsync(
        new ControllerOptions { Home = _home, Listen = new Uri("http://127.0.0.1:0"), GatewayUrl = "http://127.0.0.1:1" },
        TestSealer.Instance,
        new EngineSet(new FakeEngine(TimeProvider.System)),
        [new FakeCloud()],
        Token);
}

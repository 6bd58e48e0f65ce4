using Sky.Core.Clouds;
using Sky.Providers.Clouds.Aws;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

public sealed class AwsContractTests(AwsFixture fixture) : CloudContract, IClassFixture<AwsFixture>, IAsyncLifetime
{
    private readonly World _world = new(fixture);
    private AwsCloud? _cloud;
    private Timer? _clock;

    protected override ICloud Cloud => _cloud!;

    public async ValueTask InitializeAsync()
    {
        await _world.InitializeAsync();
        _cloud = _world.Start();
        _clock = new Timer(_ => _world.GoOn(), null, 0, 50);
    }

    public async ValueTask DisposeAsync()
    {
        _clock?.Dispose();
        await _world.DisposeAsync();
    }

    private sealed class World(AwsFixture fixture) : AwsCloudTestBase(fixture)
    {
        public void GoOn() => Time.Advance(TimeSpan.FromSeconds(1));
    }
}

using Sky.Testing.Clouds.Aws;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

/// <summary>One moto for the tests of a class: it takes seconds to start, and an empty account is a call away. The proxy is new for each.</summary>
public sealed class AwsFixture : IAsyncLifetime
{
    private readonly HttpClient _http = new();

    internal AwsBed? Bed { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (MotoServer.SkipReason is null)
        {
            Bed = await AwsBed.StartAsync();
        }
    }

    public async Task ResetAsync()
    {
        (await _http.PostAsync(new Uri(Bed!.Moto.Url, "moto-api/reset"), null)).EnsureSuccessStatusCode();
        await Bed.RenewAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (Bed is not null)
        {
            await Bed.DisposeAsync();
        }
    }
}

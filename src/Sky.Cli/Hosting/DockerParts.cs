using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Clouds.Docker;
using Sky.Providers.Clouds.Local;
using Sky.Providers.Engines.Docker;

namespace Sky.Cli.Hosting;

/// <summary>The Docker Engines of this machine, as a cloud and as engines.</summary>
internal sealed class DockerParts(CliContext context, Settings settings)
{
    private readonly IReadOnlyList<DockerContext> _contexts = DockerContexts.OfThisUser();
    private readonly Lazy<Task<int?>> _gpus = new(CountGpusAsync);

    public DockerCloud Cloud() => new(_contexts, context.Time);

    /// <summary>One for each that can be used.</summary>
    public IReadOnlyList<IEngine> Engines(OwnerId owner) =>
        [.. _contexts.Where(one => one.Endpoint is not null).Select(one => new DockerEngine(OptionsOf(one), owner, context.Time))];

    private DockerEngineOptions OptionsOf(DockerContext one)
    {
        var name = EngineName.Of(EngineName.Docker, one.Name);
        return new DockerEngineOptions
        {
            Name = name,
            Endpoint = one.Endpoint!,
            BaseImage = settings.DockerBaseImage,
            CountGpus = () => _gpus.Value,
            UsageMark = Path.Combine(settings.Home.Engines, Uri.EscapeDataString(name)),
        };
    }

    private static async Task<int?> CountGpusAsync()
    {
        var machine = (await new LocalCloud().ListOfferingsAsync(CancellationToken.None))[0];
        return machine.Accelerator is null ? null : (int)machine.AcceleratorCount;
    }
}

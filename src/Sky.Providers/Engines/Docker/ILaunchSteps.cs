using Sky.Core.Engines;

namespace Sky.Providers.Engines.Docker;

/// <summary>What starts a replica, step by step; each step looks first whether it was done before.</summary>
internal interface ILaunchSteps
{
    /// <summary>The image that a replica runs in.</summary>
    string ImageOf(RunRequest request);

    /// <param name="request">What to start.</param>
    /// <param name="pulling">Told when the image has to be pulled first.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ProvisionException">It can never start as it is.</exception>
    /// <exception cref="EngineException">It may work later.</exception>
    Task DoAsync(RunRequest request, Func<PullProgress> pulling, CancellationToken cancellationToken);
}

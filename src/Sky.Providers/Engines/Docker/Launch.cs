using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Providers.Engines.Docker;

/// <summary>The way of one replica from a request to a started container. Any of its steps may have been done before a crash.</summary>
internal sealed class Launch
{
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<Task> _work;
    private readonly ILaunchSteps _steps;
    private volatile PullProgress? _pull;

    /// <param name="request">What to start.</param>
    /// <param name="steps">How.</param>
    /// <param name="after">Done once it is started.</param>
    /// <param name="ends">Ends it.</param>
    public Launch(RunRequest request, ILaunchSteps steps, Func<ReplicaKey, CancellationToken, Task> after, CancellationToken ends)
    {
        Request = request;
        _steps = steps;
        _work = new Lazy<Task>(() => Task.Run(() => WorkAsync(after, ends), CancellationToken.None));
    }

    public RunRequest Request { get; }

    /// <summary>Begins it at the first call. Over when the container is started, or when that has failed; never fails itself.</summary>
    public Task Work => _work.Value;

    /// <summary>Why the container is not started though <see cref="Work"/> is over; null when it is.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether who waited for <see cref="SettledAsync"/> was let go before the end.</summary>
    public bool WaitedForImage => _pull is not null;

    /// <summary>Over with <see cref="Work"/>, or as soon as that takes long because the image has to be pulled.</summary>
    public Task SettledAsync(CancellationToken cancellationToken) => Task.WhenAny(Work, _settled.Task).WaitAsync(cancellationToken);

    public void ThrowFailure()
    {
        if (Failure is { } failure)
        {
            throw failure is EngineException ? failure : new InvalidOperationException(failure.Message, failure);
        }
    }

    /// <summary>The replica as far as this knows more than its container tells; null where it does not.</summary>
    /// <param name="seen">What the container tells; null where there is none.</param>
    /// <param name="engine">The engine's name.</param>
    public EngineReplica? Describe(EngineReplica? seen, string engine)
    {
        if (seen is not (null or { State: EngineReplicaState.Created }))
        {
            return null;
        }

        var created = seen ?? new EngineReplica { Replica = Request.Replica, State = EngineReplicaState.Created };
        return Work.IsCompleted && Failure is ProvisionException error
            ? created with { State = EngineReplicaState.Exited, ProvisionError = error.Message }
            : created with { Notice = Work.IsCompleted ? (Failure as EngineException)?.Message : _pull?.Describe(_steps.ImageOf(Request)) };
    }

    private async Task WorkAsync(Func<ReplicaKey, CancellationToken, Task> after, CancellationToken cancellationToken)
    {
        try
        {
            await _steps.DoAsync(Request, BeginPull, cancellationToken);
            await after(Request.Replica, cancellationToken);
        }
        catch (InvalidDataException error)
        {
            Failure = new ProvisionException(error.Message, error);
        }
        catch (Exception error)
        {
            Failure = error;
        }
    }

    private PullProgress BeginPull()
    {
        var progress = new PullProgress();
        _pull = progress;
        _settled.TrySetResult();
        return progress;
    }
}

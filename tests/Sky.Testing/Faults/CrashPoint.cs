namespace Sky.Testing.Faults;

/// <summary>
/// The place at which a controller that runs in the test's own process dies. What it calls there never returns, and nothing that it calls later
/// reaches the world: it is as good as killed, and the test goes on with a new one. Safe for concurrent use.
/// </summary>
public sealed class CrashPoint
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _name;

    /// <summary>Ends when the controller has died.</summary>
    public Task Reached => _reached.Task;

    /// <summary>From now on the place of this name is the last that the controller comes to.</summary>
    public void Arm(string name) => _name = name;

    /// <summary>The controller is at the place of this name. Does not return when it dies there or is dead, until its host is torn down.</summary>
    public async Task PassAsync(string name, CancellationToken cancellationToken)
    {
        if (name == _name)
        {
            _reached.TrySetResult();
        }

        if (_reached.Task.IsCompleted)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }
}

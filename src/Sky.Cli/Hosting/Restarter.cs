using Sky.Core.Processes;

namespace Sky.Cli.Hosting;

/// <summary>Starts one kind of background process again and again, and takes note of those that ended, so that none stays a zombie.</summary>
internal sealed class Restarter(Func<DetachedProcess> start)
{
    private readonly Lock _gate = new();
    private readonly List<DetachedProcess> _started = [];

    public void Start()
    {
        lock (_gate)
        {
            _started.RemoveAll(process => process.HasExited);
            _started.Add(start());
        }
    }
}

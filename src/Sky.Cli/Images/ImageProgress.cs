using Sky.Cli.Terminal;

namespace Sky.Cli.Images;

/// <summary>What a build or a push says, on standard error: its last lines in place at a terminal, else all of them. Disposal takes what stands in place away.</summary>
internal sealed class ImageProgress(Screen screen) : IDisposable
{
    private const int Shown = 6;

    private readonly Lock _gate = new();
    private readonly LiveRegion? _region = screen.ErrIsTerminal ? new LiveRegion(screen.Err, screen.Width) : null;
    private readonly Queue<string> _last = new();

    public void Tell(string line)
    {
        // Both outputs of a program come on threads of their own.
        lock (_gate)
        {
            if (_region is null)
            {
                screen.ErrorLine(line);
                return;
            }

            _last.Enqueue("  " + line);
            while (_last.Count > Shown)
            {
                _last.Dequeue();
            }

            _region.Draw([.. _last]);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _region?.Clear();
        }
    }
}

namespace Sky.Gateway.Routing.Models;

/// <summary>Bounds what all bodies that are held at a time take of the memory.</summary>
/// <param name="most">In bytes.</param>
internal sealed class BodyRoom(long most)
{
    private long _taken;

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= most)
        {
            return true;
        }

        GiveBack(bytes);
        return false;
    }

    public void GiveBack(long bytes)
    {
        if (bytes != 0)
        {
            Interlocked.Add(ref _taken, -bytes);
        }
    }
}

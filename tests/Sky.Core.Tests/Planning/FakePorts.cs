using Sky.Core.Planning;

namespace Sky.Core.Tests.Planning;

internal sealed class FakePorts(int first = 20000, int last = 20999) : IPortSource
{
    public int? Next(IReadOnlySet<int> taken)
    {
        for (var port = first; port <= last; port++)
        {
            if (!taken.Contains(port))
            {
                return port;
            }
        }

        return null;
    }
}

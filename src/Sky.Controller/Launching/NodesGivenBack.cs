using Sky.Core.Clouds.Launching;

namespace Sky.Controller.Launching;

/// <summary>Waits, before a controller ends that has taken all down, until no node is left that is paid for.</summary>
internal sealed class NodesGivenBack(INodeLaunchStore launches, NodeBook book, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Null when none is left, else which are, and why, after three minutes.</summary>
    public async Task<string?> WaitAsync(CancellationToken cancellationToken)
    {
        book.GivesAllBack = true;
        var deadline = time.GetUtcNow() + Patience;
        while (true)
        {
            var open = (await launches.LaunchesAsync(DateTimeOffset.MaxValue, cancellationToken)).Select(stored => stored.Launch).ToList();
            if (open.Count == 0)
            {
                return null;
            }

            if (time.GetUtcNow() > deadline)
            {
                book.GivesAllBack = false;
                var first = open[0];
                return $"{open.Count} node(s) are not given back yet and may be paid for, among them {first.Id} in {first.Request.Offering.Cloud}: {first.Reason}. The controller goes on with it; ask again later.";
            }

            book.Bell.Set();
            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}

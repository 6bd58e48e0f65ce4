namespace LlmSim.Generation;

/// <summary>When each token of a request is due. Tokens are due at fixed times, so a late one does not delay those after it.</summary>
internal sealed class Pacer(SimOptions options, TimeProvider time, int uncachedTokens)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Waits until token number <paramref name="token"/> (from 0) is due.</summary>
    public async ValueTask WaitAsync(int token, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var left = Due(token) - time.GetElapsedTime(_start);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, cancellationToken);
        }
    }

    private TimeSpan Due(int token) =>
        options.TimeToFirstToken + Per(uncachedTokens, options.PrefillTokensPerSecond) + Per(token, options.DecodeTokensPerSecond);

    private static TimeSpan Per(int tokens, double rate) => rate > 0 ? TimeSpan.FromSeconds(tokens / rate) : TimeSpan.Zero;
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML.Tokenizers;
using Sky.Core.Metering;

namespace Sky.Gateway.Metering;

/// <summary>
/// Counts with a vocabulary that is loaded (some tenths of a second, 40 MiB) in the background, once it is wanted: a gateway whose replicas send
/// one token an event never needs it.
/// </summary>
/// <param name="load">Makes the tokenizer; may throw.</param>
/// <param name="logger">Told when there is none.</param>
internal sealed partial class VocabularyCounter(Func<Tokenizer> load, ILogger<VocabularyCounter> logger) : BackgroundService, ITokenCounter
{
    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Tokenizer? _tokenizer;

    /// <summary>Of GPT-4o: of the vocabularies that come as a package, the largest, in most languages.</summary>
    public static Tokenizer LoadO200k() => TiktokenTokenizer.CreateForEncoding("o200k_base");

    public void Prepare()
    {
        if (_tokenizer is null)
        {
            _wanted.TrySetResult();
        }
    }

    public int? Count(ReadOnlySpan<char> text) => _tokenizer?.CountTokens(text);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _wanted.Task.WaitAsync(stoppingToken);
        try
        {
            _tokenizer = await Task.Run(load, stoppingToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Requests are served, and counted by their bytes.
            NotLoaded(logger, failure);
        }
    }

    [LoggerMessage(4071, LogLevel.Warning, "The vocabulary that tokens are counted with could not be loaded; they are estimated by bytes")]
    private static partial void NotLoaded(ILogger logger, Exception failure);
}

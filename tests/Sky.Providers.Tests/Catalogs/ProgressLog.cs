using System.Globalization;
using Sky.Providers.Catalogs;

namespace Sky.Providers.Tests.Catalogs;

/// <summary>Keeps what a refresh told.</summary>
internal sealed class ProgressLog
{
    public List<string> Sentences { get; } = [];

    public Dictionary<string, List<string>> Steps { get; } = [];

    public ICatalogProgress Begin(CatalogStep step)
    {
        Steps[step.Name] = [];
        return new OfStep(this, Steps[step.Name]);
    }

    private sealed class OfStep(ProgressLog log, List<string> step) : ICatalogProgress
    {
        public void Done(int done, int all)
        {
            lock (log)
            {
                step.Add(string.Create(CultureInfo.InvariantCulture, $"{done}/{all}"));
            }
        }

        public void Left(string sentence)
        {
            lock (log)
            {
                log.Sentences.Add(sentence);
            }
        }
    }
}

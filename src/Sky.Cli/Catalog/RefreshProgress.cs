using Sky.Cli.Terminal;
using Sky.Providers.Catalogs;

namespace Sky.Cli.Catalog;

/// <summary>Tells how one step goes on: in place on a terminal, else a line at its begin and end.</summary>
internal sealed class RefreshProgress : ICatalogProgress
{
    private readonly Screen _screen;
    private readonly string _what;

    public RefreshProgress(Screen screen, string cloud, string step)
    {
        (_screen, _what) = (screen, $"{cloud}: asking {step}");
        screen.ErrorLine($"{_what} ...");
    }

    public void Done(int done, int all)
    {
        lock (this)
        {
            if (_screen.ErrIsTerminal)
            {
                _screen.Err.Write(all == 0 ? $"\r  {done} pages " : $"\r  {done} of {all} ");
                _screen.Err.Write(done == all ? "\r\n" : "");
                _screen.Err.Flush();
            }
            else if (all > 0 && done == all)
            {
                _screen.ErrorLine($"{_what}: {done} of {all}");
            }
        }
    }

    public void Left(string sentence) => _screen.Warn(sentence);
}

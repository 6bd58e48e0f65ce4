namespace Sky.Providers.Catalogs;

/// <summary>Is told how a refresh goes on. May be called from several threads.</summary>
public interface ICatalogProgress
{
    /// <summary>So many of all requests, regions or sizes of the present step are done.</summary>
    void Done(int done, int all);

    /// <summary>A sentence on what could not be had and stays as it was.</summary>
    void Left(string sentence);
}

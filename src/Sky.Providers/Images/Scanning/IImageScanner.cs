using Sky.Core.Images;
using Sky.Core.Images.Scanning;

namespace Sky.Providers.Images.Scanning;

/// <summary>Looks for known vulnerabilities in an image.</summary>
public interface IImageScanner
{
    Scanner Kind { get; }

    /// <summary>True: it looks at what a registry has, so that an image has to be pushed first.</summary>
    bool NeedsPush { get; }

    /// <summary>The whole of what it finds. It never answers with nothing because it failed.</summary>
    /// <exception cref="ImageException">It is missing, fails, or says what cannot be understood.</exception>
    Task<ScanReport> ScanAsync(ScanTarget target, Action<string> progress, CancellationToken cancellationToken);
}

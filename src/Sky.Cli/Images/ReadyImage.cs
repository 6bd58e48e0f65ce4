using Sky.Core.Images.Scanning;
using Sky.Core.Specs;

namespace Sky.Cli.Images;

/// <summary>A spec whose image can be run: built, scanned and pushed as its file says.</summary>
internal sealed record ReadyImage(ServiceSpec Spec, IReadOnlyList<ScanReport> Scans);

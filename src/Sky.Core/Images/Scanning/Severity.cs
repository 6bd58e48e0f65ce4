namespace Sky.Core.Images.Scanning;

/// <summary>How bad a finding is, by the scanner's word; in rising order.</summary>
public enum Severity
{
    /// <summary>Nobody has rated it yet, or the word is none of the others.</summary>
    Unknown,
    Low,
    Medium,
    High,
    Critical,
}

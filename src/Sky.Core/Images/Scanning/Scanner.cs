namespace Sky.Core.Images.Scanning;

/// <summary>Who looks for known vulnerabilities in an image.</summary>
public enum Scanner
{
    /// <summary>Nobody, as the file says.</summary>
    None,

    /// <summary>Trivy's command on the machine that brings the service up.</summary>
    Trivy,

    /// <summary>Amazon ECR, where the image was pushed to.</summary>
    Ecr,
}

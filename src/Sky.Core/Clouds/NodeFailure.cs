namespace Sky.Core.Clouds;

/// <summary>What came of a launch that a cloud had taken on and could not carry out, or carried out in part only.</summary>
/// <param name="Failure">As the cloud would have been answered with, had it known at once.</param>
/// <param name="Reason">One sentence a person can act on; it holds no secret.</param>
public sealed record NodeFailure(CloudFailure Failure, string Reason);

namespace Sky.Core.Nodes;

/// <summary>An enrolment with the version of its row; 0 where it is new.</summary>
public sealed record StoredEnrolment(EnrolmentRecord Enrolment, long RowVersion);

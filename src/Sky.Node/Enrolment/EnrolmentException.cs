namespace Sky.Node.Enrolment;

/// <summary>The node cannot enrol as things are. The message is one sentence a person can act on, without the token.</summary>
internal sealed class EnrolmentException(string message) : Exception(message);

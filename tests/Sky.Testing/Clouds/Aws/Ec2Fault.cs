namespace Sky.Testing.Clouds.Aws;

/// <summary>What becomes of a call instead of its answer.</summary>
public enum Ec2Fault
{
    /// <summary>It is refused with an error of EC2, and nothing is done.</summary>
    Refused,

    /// <summary>The connection breaks before anything is done.</summary>
    Lost,

    /// <summary>It is carried out, and the connection breaks.</summary>
    AnswerLost,
}

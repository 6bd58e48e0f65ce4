namespace Sky.Testing.Clouds.Azure;

/// <summary>Work that goes on after it was answered with 201 or 202.</summary>
internal sealed class ArmOperation(string id, Action finish)
{
    public string Id => id;

    /// <summary>How often it is still told to be in progress.</summary>
    public int PollsLeft { get; set; }

    /// <summary>Polls that were answered.</summary>
    public int Polls { get; set; }

    public bool IsDone { get; private set; }

    /// <summary>Why it failed; null: it did not.</summary>
    public ArmError? Error { get; private set; }

    /// <summary>Its effect, once.</summary>
    public void Finish()
    {
        if (IsDone)
        {
            return;
        }

        IsDone = true;
        try
        {
            finish();
        }
        catch (ArmException failure)
        {
            Error = failure.Error;
        }
    }
}

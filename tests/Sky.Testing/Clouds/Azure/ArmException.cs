namespace Sky.Testing.Clouds.Azure;

/// <summary>Ends a call with an error of ARM.</summary>
internal sealed class ArmException(ArmError error) : Exception(error.Message)
{
    public ArmError Error => error;
}

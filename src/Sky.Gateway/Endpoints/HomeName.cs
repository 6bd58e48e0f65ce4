namespace Sky.Gateway.Endpoints;

/// <summary>What the controller knows this gateway's home by. It is kept with the snapshot, and so is the same after a start anew.</summary>
internal sealed class HomeName
{
    public string Value { get; set; } = Guid.NewGuid().ToString("n");
}

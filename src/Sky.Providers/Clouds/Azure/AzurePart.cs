namespace Sky.Providers.Clouds.Azure;

/// <summary>Something that belongs to a node beside its machine.</summary>
/// <param name="Type">Of the resource.</param>
/// <param name="Name">Of the resource.</param>
/// <param name="Address">The address it stands for; null: none.</param>
internal sealed record AzurePart(string Type, string Name, string? Address);

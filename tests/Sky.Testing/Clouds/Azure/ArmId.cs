namespace Sky.Testing.Clouds.Azure;

/// <summary>The path of a resource, or of a kind of them, as ARM builds them.</summary>
internal sealed record ArmId
{
    public required string Path { get; init; }

    public required string Subscription { get; init; }

    /// <summary>Null: of the whole subscription.</summary>
    public string? Group { get; init; }

    /// <summary>Such as <c>Microsoft.Compute/virtualMachines</c>; groups are <c>Microsoft.Resources/subscriptions/resourceGroups</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Null: all of the type.</summary>
    public string? Name { get; init; }

    public const string Groups = "Microsoft.Resources/subscriptions/resourceGroups";

    /// <summary>Paths are the same in any case.</summary>
    public string Key => Path.ToLowerInvariant();

    public bool Is(string type) => string.Equals(Type, type, StringComparison.OrdinalIgnoreCase);

    /// <summary>Null: it is no path of ARM.</summary>
    public static ArmId? Parse(string path)
    {
        var parts = path.Trim('/').Split('/');
        if (parts.Length < 3 || !Equal(parts[0], "subscriptions"))
        {
            return null;
        }

        var group = Equal(parts[2], "resourceGroups") ? parts.ElementAtOrDefault(3) : null;
        var rest = parts[(Equal(parts[2], "resourceGroups") ? (group is null ? 3 : 4) : 2)..];
        var id = new ArmId { Path = "/" + string.Join('/', parts), Subscription = parts[1], Group = group, Type = Groups, Name = group };
        if (rest.Length == 0)
        {
            return id;
        }

        if (group is not null && rest is [var only] && Equal(only, "resources"))
        {
            return id with { Type = Groups + "/resources", Name = null };
        }

        if (!Equal(rest[0], "providers") || rest.Length < 3)
        {
            return null;
        }

        // Types and names take turns: namespace/type/name/type/name.
        var types = rest[2..].Where((_, at) => at % 2 == 0);
        return id with { Type = $"{rest[1]}/{string.Join('/', types)}", Name = rest.Length % 2 == 0 ? rest[^1] : null };
    }

    private static bool Equal(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

using System.Text.Json;

namespace Sky.Core.Nodes.DockerAccess;

/// <summary>
/// What a part of a body may be. An object has the fields that are named; any other must be as if it were not there. Names are compared as the
/// daemon does, without regard to case, and each may stand once: a field that is checked is the one that counts.
/// </summary>
internal abstract record BodyShape
{
    /// <summary>Null, or what is wrong, as the path of the field and a few words.</summary>
    public abstract string? Problem(JsonElement value, string path);

    /// <summary>Whether a value is what a daemon takes for nothing said.</summary>
    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Number => value.TryGetInt64(out var number) && number == 0,
        JsonValueKind.String => value.ValueEquals(""),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };

    /// <summary>Whatever it is.</summary>
    internal sealed record Any : BodyShape
    {
        public override string? Problem(JsonElement value, string path) => null;
    }

    /// <summary>As if it were not there.</summary>
    internal sealed record Empty : BodyShape
    {
        public override string? Problem(JsonElement value, string path) => IsEmpty(value) ? null : $"{path} may not be set";
    }

    /// <summary>Not there: an empty list means something else.</summary>
    internal sealed record Absent : BodyShape
    {
        public override string? Problem(JsonElement value, string path) => value.ValueKind == JsonValueKind.Null ? null : $"{path} may not be set";
    }

    /// <summary>A text that keeps to a rule, or null.</summary>
    internal sealed record Text(Func<string, bool> Holds, string Rule) : BodyShape
    {
        public override string? Problem(JsonElement value, string path) => value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String when Holds(value.GetString()!) => null,
            _ => $"{path} {Rule}",
        };
    }

    /// <summary>A list, or null.</summary>
    internal sealed record List(BodyShape Each) : BodyShape
    {
        public override string? Problem(JsonElement value, string path) => value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Array => value.EnumerateArray().Select((item, index) => Each.Problem(item, $"{path}[{index}]")).FirstOrDefault(problem => problem is not null),
            _ => $"{path} must be a list",
        };
    }

    /// <summary>An object with the user's own names, or null.</summary>
    internal sealed record Map(Func<string, bool> Name, string Rule, BodyShape Each) : BodyShape
    {
        public override string? Problem(JsonElement value, string path)
        {
            if (value.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            return value.ValueKind != JsonValueKind.Object
                ? $"{path} must be an object"
                : value.EnumerateObject().Select(field => Name(field.Name) ? Each.Problem(field.Value, $"{path}[…]") : $"{path} {Rule}").FirstOrDefault(problem => problem is not null);
        }
    }

    /// <summary>An object with these fields, or null.</summary>
    internal sealed record Fields(IReadOnlyDictionary<string, BodyShape> Known) : BodyShape
    {
        private static readonly Empty Nothing = new();

        public override string? Problem(JsonElement value, string path)
        {
            if (value.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            if (value.ValueKind != JsonValueKind.Object)
            {
                return $"{(path.Length == 0 ? "the body" : path)} must be an object";
            }

            var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var field in value.EnumerateObject())
            {
                // The daemon also takes some letters beyond ASCII for those that they look like.
                if (!System.Text.Ascii.IsValid(field.Name) || !seen.Add(field.Name))
                {
                    return $"{(path.Length == 0 ? "the body" : path)} has a field twice, or one whose name is not ASCII";
                }

                var shape = Known.FirstOrDefault(known => known.Key.Equals(field.Name, StringComparison.OrdinalIgnoreCase)).Value ?? Nothing;
                if (shape.Problem(field.Value, path.Length == 0 ? field.Name : $"{path}.{field.Name}") is { } problem)
                {
                    return problem;
                }
            }

            return null;
        }
    }
}

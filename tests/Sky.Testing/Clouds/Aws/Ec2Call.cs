namespace Sky.Testing.Clouds.Aws;

/// <summary>One call as it came in.</summary>
/// <param name="Service">As in IAM's actions, such as <c>ec2</c>.</param>
/// <param name="Region">As it was signed for.</param>
/// <param name="Action">Such as <c>RunInstances</c>.</param>
/// <param name="Form">Its parameters.</param>
/// <param name="Key">The id of the access key that signed it.</param>
public sealed record Ec2Call(string Service, string Region, string Action, IReadOnlyDictionary<string, string> Form, string Key)
{
    public string? Parameter(string name) => Form.GetValueOrDefault(name);

    /// <summary>The value of a tag that is given to what is made.</summary>
    public string? Tag(string key) => Form.Where(pair => pair.Key.StartsWith("TagSpecification.1.Tag.", StringComparison.Ordinal) && pair.Key.EndsWith(".Key", StringComparison.Ordinal) && pair.Value == key)
        .Select(pair => Form[pair.Key[..^".Key".Length] + ".Value"]).FirstOrDefault();

    /// <summary>The values of a filter; empty for none.</summary>
    public IReadOnlyList<string> Filter(string name)
    {
        var at = Form.FirstOrDefault(pair => pair.Key.StartsWith("Filter.", StringComparison.Ordinal) && pair.Key.EndsWith(".Name", StringComparison.Ordinal) && pair.Value == name).Key;
        return at is null ? [] : [.. Form.Where(pair => pair.Key.StartsWith(at[..^"Name".Length] + "Value.", StringComparison.Ordinal)).Select(pair => pair.Value)];
    }
}

using System.Text.RegularExpressions;

namespace Sky.Controller.Api;

/// <summary>Which names a service may have; they become parts of paths and of host names.</summary>
internal static partial class ServiceNames
{
    private const int Longest = 63;

    public static Problem? Check(string name) => name.Length <= Longest && Pattern().IsMatch(name)
        ? null
        : Problem.Invalid(
            $"'{Short(name)}' is not a service name: use at most {Longest} letters, digits, '-', '_' and '.', a letter first and a letter or digit last.");

    private static string Short(string name) => name.Length > Longest ? name[..Longest] + "…" : name;

    [GeneratedRegex(@"\A[a-zA-Z]([-_.a-zA-Z0-9]*[a-zA-Z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}

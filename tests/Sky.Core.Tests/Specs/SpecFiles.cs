using System.Text;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

/// <summary>Short ways to read a file and to look at its problems.</summary>
internal static class SpecFiles
{
    public static readonly SpecOptions Options = new() { BaseDirectory = Directory.CreateTempSubdirectory("sky-specs-").FullName };

    public static SpecResult Read(string yaml, SpecOptions? options = null) =>
        SpecReader.Read(Encoding.UTF8.GetBytes(yaml), options ?? Options);

    public static ServiceSpec Spec(string yaml, SpecOptions? options = null)
    {
        var result = Read(yaml, options);
        Assert.Empty(result.Errors);
        return result.Spec!;
    }

    public static SpecProblem Error(string yaml, SpecOptions? options = null) => Assert.Single(Read(yaml, options).Errors);

    /// <summary>A valid file with these lines in its service section, each indented by two.</summary>
    public static string Service(string lines) => $"run: serve $SKY_PORT\nservice:\n  {lines.Replace("\n", "\n  ", StringComparison.Ordinal)}\n";

    /// <summary>A valid file with these lines in its resources section.</summary>
    public static string Resources(string lines) => $"run: serve\nservice:\n  ports: 8080\nresources:\n  {lines.Replace("\n", "\n  ", StringComparison.Ordinal)}\n";
}

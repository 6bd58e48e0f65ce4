using System.CommandLine;
using System.CommandLine.Parsing;
using Sky.Cli.Client;

namespace Sky.Cli.Serve;

/// <summary>Arguments and options that several verbs share.</summary>
internal static class ServiceArguments
{
    public const string Json = "json";

    public static Argument<string[]> Names(CliContext context, string description) => new("NAMES")
    {
        Description = description,
        HelpName = "NAMES",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result => Array.ConvertAll([.. result.Tokens], token => token.Value),
        Validators = { RefuseOptions },
        CompletionSources = { _ => KnownServices.Suggest(context) },
    };

    // A mistyped option would be taken for the name of a service.
    private static void RefuseOptions(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-')))
        {
            result.AddError($"Unrecognized option '{token.Value}'.");
        }
    }

    public static Argument<string> Name(CliContext context) => new("NAME")
    {
        Description = "The service.",
        HelpName = "NAME",
        CompletionSources = { _ => KnownServices.Suggest(context) },
    };

    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask." };

    public static Option<string> Output()
    {
        var option = new Option<string>("--output", "-o") { Description = "text or json.", HelpName = "FORMAT", DefaultValueFactory = _ => "text" };
        option.AcceptOnlyFromAmong("text", Json);
        return option;
    }

    /// <summary>SkyServe's pair: the first waits (the default), the second does not.</summary>
    public static (Option<bool> Async, Option<bool> NoAsync) Async(string waitsFor) =>
        (new Option<bool>("--async") { Description = $"Return at once, without waiting for {waitsFor}." },
            new Option<bool>("--no-async") { Description = $"Wait for {waitsFor}; the default." });
}

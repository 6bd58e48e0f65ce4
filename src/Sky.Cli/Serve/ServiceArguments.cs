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
        CompletionSources = { _ => KnownNames.Suggest(context) },
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
        Validators = { RefuseEmpty },
        CompletionSources = { _ => KnownNames.Suggest(context) },
    };

    /// <summary>Versions and replicas are numbered from 1.</summary>
    public static void FromOneOn(OptionResult result)
    {
        // What is no number at all is the parser's to say; asking it for the value would throw.
        if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number < 1)
        {
            result.AddError($"{result.Option.Name} is a whole number from 1 on. Found: '{token.Value}'");
        }
    }

    private static void RefuseEmpty(ArgumentResult result)
    {
        if (result.Tokens is [{ Value.Length: 0 }])
        {
            result.AddError("The name of the service is empty.");
        }
    }

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

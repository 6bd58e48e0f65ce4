using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Controller.Api;
using Sky.Core.Keys;

namespace Sky.Cli.Keys;

/// <summary><c>sky keys create</c></summary>
internal sealed class CreateKeyVerb(CliContext context, ControllerConnector connector)
{
    private readonly record struct Options(
        Option<string> Name, Option<string[]> Models, Option<long?> Rpm, Option<long?> Tpm, Option<int?> Concurrency, Option<string?> Budget,
        Option<string?> Expires, Option<string> Priority, Option<bool> Operator, Option<string> Output);

    public static Command Build(CliContext context)
    {
        var options = NewOptions();
        options.Priority.AcceptOnlyFromAmong("interactive", "default", "batch");
        var command = new SkyCommand("create", "Make a key and print its secret, which is shown this once.")
        {
            Options =
            {
                options.Name, options.Models, options.Rpm, options.Tpm, options.Concurrency, options.Budget, options.Expires, options.Priority,
                options.Operator, options.Output,
            },
            Examples =
            [
                ("sky keys create --name ci", "for every model, without limits"),
                ("sky keys create --name team-a --models 'llama-*,bge-m3' --rpm 600 --tpm 200000", "for some models, limited"),
                ("sky keys create --name night --priority batch --budget 5/day --expires 30d", "what is left over, at most 5 dollars a day"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new CreateKeyVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)))
                .RunAsync(Request(parsed, options, context.Time.GetUtcNow()), parsed.GetValue(options.Output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private static Options NewOptions() => new(
        new Option<string>("--name") { Description = "What people call the key; unique.", HelpName = "NAME", Required = true },
        new Option<string[]>("--models") { Description = "Models and services it may use, comma-separated, with * for any text; all by default.", HelpName = "NAMES" },
        new Option<long?>("--rpm") { Description = "Requests a minute.", HelpName = "N" },
        new Option<long?>("--tpm") { Description = "Tokens a minute, of prompts and answers.", HelpName = "N" },
        new Option<int?>("--concurrency") { Description = "Requests at one time.", HelpName = "N" },
        new Option<string?>("--budget") { Description = "US dollars for each day, week, month or in total; a month by default.", HelpName = "USD[/PERIOD]" },
        new Option<string?>("--expires") { Description = "A time from now (12h, 30d), a day (2027-01-31), or never, the default.", HelpName = "WHEN" },
        new Option<string>("--priority") { Description = "interactive, default or batch.", HelpName = "CLASS", DefaultValueFactory = _ => "default" },
        new Option<bool>("--operator") { Description = "May read the metrics of the gateway and ask it to explain its decisions." },
        ServiceArguments.Output());

    private static CreateKeyRequest Request(ParseResult parsed, Options options, DateTimeOffset now)
    {
        var budget = parsed.GetValue(options.Budget) is { } text ? KeyText.Budget(text) : ((decimal, BudgetPeriod)?)null;
        return new CreateKeyRequest
        {
            Name = parsed.GetRequiredValue(options.Name),
            Models = [.. (parsed.GetValue(options.Models) ?? []).SelectMany(Models)],
            Limits = new KeyLimits
            {
                RequestsPerMinute = parsed.GetValue(options.Rpm),
                TokensPerMinute = parsed.GetValue(options.Tpm),
                Concurrency = parsed.GetValue(options.Concurrency),
                Budget = budget?.Item1,
                BudgetPeriod = budget?.Item2 ?? BudgetPeriod.Month,
            },
            Priority = Enum.Parse<KeyPriority>(parsed.GetRequiredValue(options.Priority), ignoreCase: true),
            Operator = parsed.GetValue(options.Operator),
            ExpiresAt = parsed.GetValue(options.Expires) is { } expires ? KeyText.Expiry(expires, now) : null,
        };
    }

    /// <summary>An empty list would mean all models: a variable that is not set must not open everything.</summary>
    private static string[] Models(string list)
    {
        var names = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length > 0
            ? names
            : throw CliException.InputWrong($"--models names no model: '{list}'. Leave it out for a key that may use all.");
    }

    private async Task<int> RunAsync(CreateKeyRequest request, bool json, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectAsync(cancellationToken);
        var made = await client.CreateKeyAsync(request, cancellationToken);
        foreach (var notice in made.Notices)
        {
            context.Screen.Warn(notice);
        }

        KeyOutput.Secret(context, made, json, $"Key '{made.Key.Name}' ({made.Key.Id}) is in force. Requests without a key are refused as long as there is one.");
        return ExitCode.Done;
    }
}

using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Controller.Api;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Cli.Serve;

/// <summary><c>sky serve update NAME FILE</c></summary>
internal sealed class UpdateVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var name = ServiceArguments.Name(context);
        var file = new Argument<string>("FILE") { Description = "The new service file." };
        var mode = new Option<UpdateMode>("--mode")
        {
            Description = "rolling exchanges replicas a few at a time; blue_green switches all traffic at once.",
            HelpName = "rolling|blue_green",
            CustomParser = UpdateModes.Parse,
            DefaultValueFactory = _ => UpdateMode.Rolling,
        };
        mode.CompletionSources.Clear();
        mode.CompletionSources.Add("rolling", "blue_green");
        var yes = ServiceArguments.Yes();
        var (isAsync, noAsync) = ServiceArguments.Async("the new version to serve");
        var canary = new CanaryOptions();
        var task = new TaskOptions();
        var command = new SkyCommand("update", "Give a service a new version.")
        {
            Arguments = { name, file },
            Options = { mode, yes, isAsync, noAsync },
            Examples =
            [
                ("sky serve update hello servers/hello/sky-serve.yaml", "replica by replica, both versions serving"),
                ("sky serve update hello new.yaml --mode blue_green -y", "all traffic at once, when the new one is ready"),
                ("sky serve update hello new.yaml --canary 10 --promote-after 15m -y", "a tenth first, and more every 15 minutes while it is not worse"),
            ],
        };
        canary.AddTo(command);
        task.AddTo(command);
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
        {
            var request = new UpdateRequest
            {
                Name = parsed.GetRequiredValue(name),
                File = parsed.GetRequiredValue(file),
                Mode = parsed.GetValue(mode),
                Canary = canary.Read(parsed, parsed.GetValue(mode)),
                Yes = parsed.GetValue(yes),
                Async = parsed.GetValue(isAsync) && !parsed.GetValue(noAsync),
                Spec = task.Read(context, parsed),
            };
            return new UpdateVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed))).RunAsync(request, cancellationToken);
        });
        return command;
    }

    private async Task<int> RunAsync(UpdateRequest request, CancellationToken cancellationToken)
    {
        var name = request.Name;
        var file = ServiceFile.Read(context, request.File, request.Spec);
        var spec = await ClientSecrets.FillAsync(context, file.Checked(context.Screen), cancellationToken);
        var client = await connector.ConnectToLookAsync(cancellationToken);
        if (client is null || await client.FindAsync(name, cancellationToken) is not { } before)
        {
            throw CliException.NotFound($"Service '{name}' not found. To launch a service, run: {context.ProgramName} serve up -n {name} {request.File}");
        }

        SpecSummary.Show(context.Screen, spec.Redacted());
        if (!context.Screen.Confirm($"Updating service '{name}'. Proceed?", request.Yes))
        {
            return ExitCode.Failed;
        }

        var deployment = new Deployment(context, client);
        var put = new PutServiceRequest { Spec = spec, Mode = request.Mode, Canary = request.Canary, MustExist = true };
        var answer = await deployment.PutAsync(name, spec, put, cancellationToken);
        if (answer.Unchanged)
        {
            context.Screen.Line($"Service '{name}' is at version {answer.Version} already: the file says nothing new.");
            return ExitCode.Done;
        }

        context.Screen.Line($"Service '{name}' update scheduled.");
        if (request is { Canary: not null, Async: false })
        {
            context.Screen.Line($"The canary's end is waited for, which takes as long as its shares; Ctrl-C ends the waiting alone. See `{context.ProgramName} serve traffic {name}`.");
        }

        context.Screen.Flush();
        return request.Async
            ? ExitCode.Done
            : await deployment.WaitAsync(name, answer.Version, before, _ => context.Screen.Line($"Successfully updated service '{name}' to version {answer.Version}."));
    }
}

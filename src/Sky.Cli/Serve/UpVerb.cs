using System.CommandLine;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Hosting;
using Sky.Controller.Api;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Cli.Serve;

/// <summary><c>sky serve up FILE</c></summary>
internal sealed class UpVerb(CliContext context, Settings settings)
{
    public static Command Build(CliContext context)
    {
        var file = new Argument<string?>("FILE") { Description = "The service file, a YAML file.", Arity = ArgumentArity.ZeroOrOne };
        var name = new Option<string?>("--service-name", "-n")
        {
            Description = "The name of a new service. Without a value: the usual name, and it must be new.",
            HelpName = "NAME",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var yes = ServiceArguments.Yes();
        var (isAsync, noAsync) = ServiceArguments.Async("the service to be ready");
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show where replicas could stand, and for how much; change nothing." };
        var output = ServiceArguments.Output();
        output.Description = "text or json; json goes with --dry-run.";
        var task = new TaskOptions();
        var command = new SkyCommand("up", "Bring a service up and print its endpoint; where it exists, update it.")
        {
            Arguments = { file },
            Options = { name, yes, isAsync, noAsync, dryRun, output },
            Examples =
            [
                ("sky serve up servers/hello/sky-serve.yaml", "named after the file's name: or its folder"),
                ("sky serve up -n chat model.yaml -y", "named chat; ask nothing"),
                ("sky serve up model.yaml --dry-run -o json", "only where its replicas could stand, for programs"),
                ("sky serve up model.yaml --env MODEL=small --secret HF_TOKEN", "fill variables; HF_TOKEN from your own"),
            ],
        };
        task.AddTo(command);
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
        {
            var given = parsed.GetResult(name) is { Implicit: false };
            var (path, service) = UpRequest.Sort(parsed.GetValue(file), given, parsed.GetValue(name));
            var request = new UpRequest
            {
                File = path,
                Name = service,
                MustBeNew = given,
                Yes = parsed.GetValue(yes),
                Async = parsed.GetValue(isAsync) && !parsed.GetValue(noAsync),
                DryRun = parsed.GetValue(dryRun),
                Json = parsed.GetValue(output) == ServiceArguments.Json,
                Spec = task.Read(context, parsed),
            };
            return new UpVerb(context, SettingOptions.Read(context, parsed)).RunAsync(request, cancellationToken);
        });
        return command;
    }

    private async Task<int> RunAsync(UpRequest request, CancellationToken cancellationToken)
    {
        var file = ServiceFile.Read(context, request.File, request.Spec);
        var spec = await ClientSecrets.FillAsync(context, file.Checked(context.Screen), cancellationToken);
        var name = request.Name ?? ServiceNames.Default(spec.Name, file.Directory);
        if (request is { Json: true, DryRun: false })
        {
            throw CliException.InputWrong("-o json goes with --dry-run: it prints the places that fit and changes nothing.");
        }

        if (!request.Yes && !request.DryRun && !context.Screen.InIsTerminal)
        {
            context.Screen.Confirm(Question(name, exists: false), assumeYes: false);
        }

        var client = await new ControllerConnector(context, settings).ConnectAsync(cancellationToken);
        if (request.DryRun)
        {
            return await ShowPlacesAsync(client, spec.Redacted(), request.Json, cancellationToken);
        }

        var before = await client.FindAsync(name, cancellationToken);
        if (before is not null && request.MustBeNew)
        {
            throw CliException.Failed(AlreadyThere(name, before));
        }

        var places = await client.PlacesAsync(spec.Redacted(), cancellationToken);
        SpecSummary.Show(context.Screen, spec.Redacted(), places);
        if (!context.Screen.Confirm(Question(name, before is not null), request.Yes))
        {
            return ExitCode.Failed;
        }

        return await DeployAsync(client, name, spec, before, request, cancellationToken);
    }

    private async Task<int> ShowPlacesAsync(ControllerClient client, ServiceSpec spec, bool json, CancellationToken cancellationToken)
    {
        var places = await client.PlacesAsync(spec, cancellationToken) ?? throw CliException.Failed("The controller is older than --dry-run: it cannot tell places.");
        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(places, ApiJson.Default.PlacesView)));
        }
        else
        {
            SpecSummary.Show(context.Screen, spec, places);
        }

        return places.Reason is { } reason && places.Places.Count == 0 ? throw CliException.Failed($"No place fits: {reason}") : ExitCode.Done;
    }

    private async Task<int> DeployAsync(ControllerClient client, string name, ServiceSpec spec, ServiceView? before, UpRequest request, CancellationToken cancellationToken)
    {
        var deployment = new Deployment(context, client);
        PutServiceResponse answer;
        try
        {
            answer = await deployment.PutAsync(name, spec, new PutServiceRequest { Spec = spec, MustBeNew = request.MustBeNew }, cancellationToken);
        }
        catch (ControllerRefusedException refused) when (refused.Code == "exists")
        {
            throw CliException.Failed(AlreadyThere(name, await client.FindAsync(name, cancellationToken)));
        }

        if (request.Async)
        {
            context.Screen.Line($"Service '{name}' is coming up as version {answer.Version}. See '{context.ProgramName} serve status {name}'.");
            return ExitCode.Done;
        }

        context.Screen.Flush();
        ServiceView? arrived = null;
        var code = await deployment.WaitAsync(name, answer.Version, before, view => arrived = view);
        if (arrived is null)
        {
            return code;
        }

        var gateway = new GatewayArrival(context, client);
        if (await gateway.WaitAsync(cancellationToken) is { } problem)
        {
            throw CliException.Failed(
                $"The replicas are there, but no gateway serves them: {problem}. See `sky controller status` and {settings.Home.GatewayLog}.");
        }

        // Where a certificate is served, and so the endpoint, is what the gateway says.
        TellArrival(spec.Serving.Tls is null ? arrived : await client.FindAsync(name, cancellationToken) ?? arrived, spec, gateway.Controller?.KeysExist is true);
        return code;
    }

    private void TellArrival(ServiceView view, ServiceSpec spec, bool keysExist)
    {
        if (spec.Serving.Tls is not null && view.Endpoint?.StartsWith("http:", StringComparison.Ordinal) == true)
        {
            context.Screen.Warn($"The gateway serves no HTTPS (see {settings.Home.GatewayLog}): the service's certificate is not used, and its endpoint is plain HTTP.");
        }

        new UsefulCommands(context, settings).Show(view, spec.Redacted().Serving, keysExist);
    }

    private static string Question(string name, bool exists) =>
        exists ? $"Updating service '{name}'. Proceed?" : $"Launching a new service '{name}'. Proceed?";

    private string AlreadyThere(string name, ServiceView? service) => service?.Status == ServiceStatus.ShuttingDown
        ? $"The service '{name}' is being taken down, and its name is taken until it is gone (see '{context.ProgramName} serve status {name}'). Try again then, or specify a different name for your service."
        : $"The service '{name}' is already running. Please specify a different name for your service. To update an existing service, run: sky serve update {name} <new-service-yaml>";
}

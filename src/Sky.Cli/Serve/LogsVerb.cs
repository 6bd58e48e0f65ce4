using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;

namespace Sky.Cli.Serve;

/// <summary><c>sky serve logs NAME [REPLICA_ID…]</c></summary>
internal sealed class LogsVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var name = ServiceArguments.Name(context);
        var replicas = new Argument<int[]>("REPLICA_ID") { Description = "The replica; several with --sync-down.", Arity = ArgumentArity.ZeroOrMore, Validators = { RefuseBelowOne } };
        var controller = new Option<bool>("--controller") { Description = "The log of the controller." };
        var balancer = new Option<bool>("--load-balancer") { Description = "The log of the gateway." };
        var follow = new Option<bool>("--follow") { Description = "Go on until the replica ends; the default." };
        var noFollow = new Option<bool>("--no-follow") { Description = "Print what there is and end." };
        var tail = new Option<int?>("--tail") { Description = "Only the last N lines, without following.", HelpName = "N" };
        var syncDown = new Option<bool>("--sync-down", "-s") { Description = "Save the logs below ~/sky_logs instead of printing them." };
        var config = SkyServeConfig.Option();
        var command = new SkyCommand("logs", "Print the log of a replica, of the controller or of the gateway.")
        {
            Arguments = { name, replicas },
            Options = { controller, balancer, follow, noFollow, tail, syncDown, config },
            Examples =
            [
                ("sky serve logs hello 1", "follow replica 1"),
                ("sky serve logs hello --controller --tail 50", "the controller's last lines"),
                ("sky serve logs hello -s", "save all logs of the service"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
        {
            SkyServeConfig.Warn(context, parsed, config);
            var request = new LogsRequest
            {
                Name = parsed.GetRequiredValue(name),
                Replicas = parsed.GetValue(replicas) ?? [],
                Controller = parsed.GetValue(controller),
                Gateway = parsed.GetValue(balancer),
                Follow = !parsed.GetValue(noFollow) && parsed.GetValue(tail) is null,
                Tail = parsed.GetValue(tail),
                SyncDown = parsed.GetValue(syncDown),
            };
            request.Check();
            if (parsed.GetValue(follow) && request.Tail is not null)
            {
                context.Screen.Warn("--tail prints the last lines and ends: --follow is not acted on.");
            }

            return new LogsVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed))).RunAsync(request, cancellationToken);
        });
        return command;
    }

    private static void RefuseBelowOne(System.CommandLine.Parsing.ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(token => int.TryParse(token.Value, out var id) && id < 1))
        {
            result.AddError($"Replicas are numbered from 1. Found: '{token.Value}'");
        }
    }

    private async Task<int> RunAsync(LogsRequest request, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectToLookAsync(cancellationToken)
            ?? throw CliException.NotFound($"Service '{request.Name}' not found.");
        if (request.SyncDown)
        {
            var folder = await new LogDownload(context, client).SaveAsync(request, cancellationToken);
            context.Screen.Line($"Logs of service '{request.Name}' are in {folder}");
            return ExitCode.Done;
        }

        if ((request.Controller || request.Gateway) && await client.FindAsync(request.Name, cancellationToken) is null)
        {
            throw CliException.NotFound($"Service '{request.Name}' not found.");
        }

        var token = request.Follow ? context.Interrupts.Watch() : cancellationToken;
        var count = 0;
        await foreach (var line in Lines(client, request, token))
        {
            context.Screen.Line(line);
            count++;
            if (request.Follow)
            {
                context.Screen.Flush();
            }
        }

        if (count == 0 && request.Replicas is [var replica] && await client.FindAsync(request.Name, cancellationToken) is { } service
            && service.Replicas.All(one => one.Id != replica))
        {
            throw CliException.NotFound($"Service '{request.Name}' has no replica {replica}.");
        }

        return ExitCode.Done;
    }

    private static IAsyncEnumerable<string> Lines(ControllerClient client, LogsRequest request, CancellationToken cancellationToken) => request switch
    {
        { Controller: true } => client.ProcessLogsAsync("controller", request.Tail, request.Follow, cancellationToken),
        { Gateway: true } => client.ProcessLogsAsync("gateway", request.Tail, request.Follow, cancellationToken),
        _ => client.ReplicaLogsAsync(request.Name, request.Replicas[0], request.Tail, request.Follow, cancellationToken),
    };
}

using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Terminal;
using Sky.Core.Services;

namespace Sky.Cli.Serve;

/// <summary><c>sky serve status [NAMES]</c></summary>
internal sealed class StatusVerb(CliContext context, ControllerConnector connector)
{
    private const string NoServices = "No live services. (See: sky serve -h)";

    public static Command Build(CliContext context)
    {
        var names = ServiceArguments.Names(context, "The services to show, by their exact names; all when none is given.");
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show policies, all replicas, and how they ended." };
        var all = new Option<bool>("--all", "-a") { Description = "Show all replicas, as -v does." };
        var endpoint = new Option<bool>("--endpoint") { Description = "Print only the endpoint URL of the one service named." };
        var watch = new Option<bool>("--watch") { Description = "Go on showing until Ctrl-C, whenever something changes." };
        var output = ServiceArguments.Output();
        var config = SkyServeConfig.Option();
        var command = new SkyCommand("status", "Show services and their replicas.")
        {
            Arguments = { names },
            Options = { verbose, all, endpoint, watch, output, config },
            Examples =
            [
                ("sky serve status", "all services"),
                ("sky serve status hello -v", "one, with policies, failures and last log lines"),
                ("curl $(sky serve status hello --endpoint)", "send it a request"),
                ("sky serve status -o json", "for programs"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
        {
            SkyServeConfig.Warn(context, parsed, config);
            var verb = new StatusVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)));
            var request = new StatusRequest
            {
                Names = parsed.GetValue(names) ?? [],
                Verbose = parsed.GetValue(verbose) || parsed.GetValue(all),
                Json = parsed.GetValue(output) == ServiceArguments.Json,
            };
            if (parsed.GetValue(endpoint))
            {
                return verb.EndpointAsync(request, cancellationToken);
            }

            return parsed.GetValue(watch) ? verb.WatchAsync(request, context.Interrupts.Watch()) : verb.ShowAsync(request, cancellationToken);
        });
        return command;
    }

    private async Task<int> ShowAsync(StatusRequest request, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectToLookAsync(cancellationToken);
        var services = client is null ? [] : await client.ListAsync(request.Names, cancellationToken);
        var missing = request.Names.Where(name => services.All(service => service.Name != name)).ToList();
        if (request.Json)
        {
            context.Screen.Line(StatusJson.Of(services, indented: true));
        }
        else if (services.Count > 0 || client is not null && missing.Count == 0)
        {
            Print(services, request);
        }
        else if (client is null && missing.Count == 0)
        {
            context.Screen.Line(context.AsStarted(NoServices));
        }

        foreach (var name in missing)
        {
            context.Screen.ErrorLine($"Service '{name}' not found.");
        }

        return services.Count == 0 && missing.Count > 0 ? ExitCode.NotFound : ExitCode.Done;
    }

    private async Task<int> EndpointAsync(StatusRequest request, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectToLookAsync(cancellationToken);
        var services = client is null ? [] : await client.ListAsync(request.Names, cancellationToken);
        if (services is [var service])
        {
            context.Screen.Line(service.Endpoint ?? "-");
            return ExitCode.Done;
        }

        var count = services.Count == 0 ? "No" : services.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Screen.Error(context.AsStarted($"{count} service(s) found. Please specify an existing service to show its endpoint. Usage: sky serve status --endpoint <service-name>"));
        return services.Count == 0 && request.Names.Count > 0 ? ExitCode.NotFound : ExitCode.InputWrong;
    }

    private async Task<int> WatchAsync(StatusRequest request, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectAsync(cancellationToken);
        var region = context.Screen.OutIsTerminal && !request.Json ? new LiveRegion(context.Screen.Out, context.Screen.Width) : null;
        await foreach (var all in new ServiceWatch(client, context.Time).ChangesAsync(cancellationToken))
        {
            var services = request.Names.Count == 0 ? all : [.. all.Where(service => request.Names.Contains(service.Name))];
            if (region is not null)
            {
                region.Draw([.. new StatusTables(context.Screen, context.Time.GetUtcNow(), request.Verbose, context.Screen.Width() - 1, context.ProgramName).Lines(services)]);
            }
            else if (request.Json)
            {
                context.Screen.Line(StatusJson.Of(services, indented: false));
            }
            else
            {
                Print(services, request);
                context.Screen.Line();
            }

            context.Screen.Flush();
        }

        return ExitCode.Done;
    }

    private void Print(IReadOnlyList<ServiceView> services, StatusRequest request)
    {
        foreach (var line in new StatusTables(context.Screen, context.Time.GetUtcNow(), request.Verbose, program: context.ProgramName).Lines(services))
        {
            context.Screen.Line(line);
        }
    }
}

using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Core.Services;

namespace Sky.Cli.Serve;

/// <summary><c>sky serve down [NAMES]</c></summary>
internal sealed class DownVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var names = ServiceArguments.Names(context, "Services to take down; a name with *, ? or [ is a pattern.");
        var all = new Option<bool>("--all", "-a") { Description = "All services." };
        var purge = new Option<bool>("--purge", "-p") { Description = "Forget a failed service even when something of it may be left running." };
        var now = Now();
        var replica = new Option<int?>("--replica-id") { Description = "Take down one replica of the service; another takes its place.", HelpName = "N", Validators = { ServiceArguments.FromOneOn } };
        var yes = ServiceArguments.Yes();
        var (isAsync, noAsync) = ServiceArguments.Async("replicas to be gone");
        var config = SkyServeConfig.Option();
        var command = new SkyCommand("down", "Take services down.")
        {
            Arguments = { names },
            Options = { all, now, purge, replica, yes, isAsync, noAsync, config },
            Examples =
            [
                ("sky serve down hello", "one service"),
                ("sky serve down 'test-*' -y", "all whose names begin with test-"),
                ("sky serve down hello --now", "cut the requests it has instead of letting them finish"),
                ("sky serve down hello --replica-id 2", "one replica, which is replaced"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
        {
            SkyServeConfig.Warn(context, parsed, config);
            var request = new DownRequest
            {
                Names = [.. (parsed.GetValue(names) ?? []).Select(name => new NameGlob(name))],
                All = parsed.GetValue(all),
                Purge = parsed.GetValue(purge),
                Now = parsed.GetValue(now) || parsed.GetValue(purge),
                Replica = parsed.GetValue(replica),
                Yes = parsed.GetValue(yes),
                Async = parsed.GetValue(isAsync) && !parsed.GetValue(noAsync),
            };
            request.Check();
            return new DownVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed))).RunAsync(request, cancellationToken);
        });
        return command;
    }

    /// <summary>The option that cuts requests in flight.</summary>
    public static Option<bool> Now() => new("--now") { Description = "Cut requests in flight instead of letting them finish." };

    private async Task<int> RunAsync(DownRequest request, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectToLookAsync(cancellationToken);
        var all = client is null ? [] : await client.ListAsync([], cancellationToken);
        var matched = all.Where(service => request.All || request.Names.Any(name => name.Matches(service.Name))).ToList();
        var missing = request.Names.Where(name => !name.IsPattern && matched.All(service => service.Name != name.Text)).ToList();
        foreach (var name in missing)
        {
            context.Screen.ErrorLine($"Service '{name.Text}' not found.");
        }

        if (client is null || matched.Count == 0)
        {
            context.Screen.Line("No service to terminate.");
            return missing.Count > 0 ? ExitCode.NotFound : ExitCode.Done;
        }

        return request.Replica is { } replica
            ? await TakeReplicaAsync(client, matched[0], replica, request, cancellationToken)
            : await TakeServicesAsync(client, matched, request, cancellationToken);
    }

    private async Task<int> TakeServicesAsync(ControllerClient client, IReadOnlyList<ServiceView> services, DownRequest request, CancellationToken cancellationToken)
    {
        var quoted = string.Join(", ", services.Select(service => $"'{service.Name}'"));
        if (!context.Screen.Confirm($"Terminating service(s) {quoted}. Proceed?", request.Yes))
        {
            return ExitCode.Failed;
        }

        var scheduled = new List<string>();
        foreach (var service in services)
        {
            if (await ScheduleAsync(client, service, request, cancellationToken))
            {
                scheduled.Add(service.Name);
            }
        }

        context.Screen.Flush();
        var code = scheduled.Count == services.Count ? ExitCode.Done : ExitCode.Failed;
        return request.Async || scheduled.Count == 0 ? code : Math.Max(code, await new Removal(context, client).WaitForServicesAsync(scheduled));
    }

    private async Task<bool> ScheduleAsync(ControllerClient client, ServiceView service, DownRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteAsync(service.Name, request.Purge, request.Now, cancellationToken);
        }
        catch (ControllerRefusedException refused) when (refused.Code == "failed_state")
        {
            context.Screen.Error(context.AsStarted(
                $"Service '{service.Name}' is in failed status ({Terminal.StatusWords.Of(service.Status)}). Skipping its termination as it could lead to a resource leak. "
                + $"(Use `sky serve down {service.Name} --purge` to forcefully terminate the service.)"));
            return false;
        }
        catch (ControllerRefusedException refused) when (refused.Code == "not_found")
        {
            // It went away while the question was being answered.
            return true;
        }

        context.Screen.Line($"Service '{service.Name}' is scheduled to be terminated.");
        return true;
    }

    private async Task<int> TakeReplicaAsync(ControllerClient client, ServiceView service, int replica, DownRequest request, CancellationToken cancellationToken)
    {
        if (service.Replicas.All(one => one.Id != replica))
        {
            throw CliException.NotFound($"Service '{service.Name}' has no replica {replica}.");
        }

        if (!context.Screen.Confirm($"Terminating replica ID {replica} in '{service.Name}'. Proceed?", request.Yes))
        {
            return ExitCode.Failed;
        }

        await client.DeleteReplicaAsync(service.Name, replica, request.Purge, request.Now, cancellationToken);
        context.Screen.Line($"Replica {replica} of service '{service.Name}' is scheduled to be terminated.");
        context.Screen.Flush();
        return request.Async ? ExitCode.Done : await new Removal(context, client).WaitForReplicaAsync(service.Name, replica);
    }
}

using System.Globalization;
using Sky.Cli.Client;

namespace Sky.Cli.Serve;

/// <summary>Saves logs as SkyServe does: one file a target below <c>~/sky_logs/service/NAME_TIME</c>.</summary>
internal sealed class LogDownload(CliContext context, ControllerClient client)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The folder. Without a target named, the logs of all replicas and of both processes.</summary>
    public async Task<string> SaveAsync(LogsRequest request, CancellationToken cancellationToken)
    {
        var service = await client.FindAsync(request.Name, cancellationToken)
            ?? throw CliException.NotFound($"Service '{request.Name}' not found.");
        if (request.Replicas.Where(id => service.Replicas.All(one => one.Id != id)).ToList() is [var missing, ..])
        {
            throw CliException.NotFound($"Service '{request.Name}' has no replica {missing}. Nothing was saved.");
        }

        var everything = request.Replicas.Count == 0 && !request.Controller && !request.Gateway;
        var time = context.Time.GetUtcNow().ToString("yyyy-MM-dd-HH-mm-ss-ffffff", CultureInfo.InvariantCulture);
        var folder = Path.Combine(context.Variable("HOME") ?? context.CurrentDirectory, "sky_logs", "service", $"{request.Name}_{time}");
        Directory.CreateDirectory(folder, OwnerOnly);
        foreach (var replica in everything ? service.Replicas.Select(one => one.Id) : request.Replicas)
        {
            await WriteAsync(folder, $"replica-{replica}.log", client.ReplicaLogsAsync(request.Name, replica, request.Tail, follow: false, cancellationToken), cancellationToken);
        }

        if (everything || request.Controller)
        {
            await WriteAsync(folder, "controller.log", client.ProcessLogsAsync("controller", request.Tail, follow: false, cancellationToken), cancellationToken);
        }

        if (everything || request.Gateway)
        {
            await WriteAsync(folder, "load_balancer.log", client.ProcessLogsAsync("gateway", request.Tail, follow: false, cancellationToken), cancellationToken);
        }

        return folder;
    }

    private static async Task WriteAsync(string folder, string name, IAsyncEnumerable<string> lines, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(Path.Combine(folder, name));
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            await writer.WriteLineAsync(line.AsMemory(), cancellationToken);
        }
    }
}

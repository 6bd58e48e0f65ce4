using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core.Nodes;
using Sky.Node.Docker;

namespace Sky.Node.Enrolment;

/// <summary>
/// Has the node's daemon join its cluster where it is in none: as the enrolment said, or, after a crash in between or a daemon that lost its state, as the
/// controller says when asked. The join token is kept nowhere.
/// </summary>
internal sealed partial class ClusterMember(
    FirstJoin first, DockerSocket docker, ControllerLink controller, TimeProvider time, ILogger<ClusterMember> logger) : BackgroundService
{
    /// <summary>Swarm's own port.</summary>
    private const string Listen = "0.0.0.0:2377";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private JoinAnswer? _answer = first.Answer;

    /// <summary>One step. True: nothing is left to do. Throws <see cref="HttpRequestException"/> when daemon or controller do not answer, and what <see cref="ControllerLink"/> does.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var info = await docker.GetAsync("/info", cancellationToken) ?? throw new HttpRequestException("the Docker daemon does not say what it is");
        if (!info.TryGetProperty("Swarm", out var swarm) || swarm.GetProperty("LocalNodeState").GetString() != "inactive")
        {
            return true;
        }

        var answer = _answer ??= await controller.JoinAsync(cancellationToken);
        if (answer.Kind == JoinKind.None)
        {
            return true;
        }

        // A token may be changed between a failure and the next try.
        _answer = null;
        var body = new JsonObject { ["ListenAddr"] = Listen, ["AdvertiseAddr"] = answer.AdvertiseAddress ?? "" };
        if (answer.Kind == JoinKind.Join)
        {
            body["JoinToken"] = answer.Token;
            body["RemoteAddrs"] = new JsonArray([.. answer.Managers.Select(manager => (JsonNode)manager)]);
        }

        await CallAsync(answer.Kind == JoinKind.Init ? "/swarm/init" : "/swarm/join", body, cancellationToken);
        Joined(logger, answer.Kind);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                if (await StepAsync(stoppingToken))
                {
                    return;
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or EnrolmentException or JsonException
                || (failure is OperationCanceledException && !stoppingToken.IsCancellationRequested))
            {
                NotYet(logger, failure.Message);
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task CallAsync(string target, JsonObject body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, DockerSocket.Address(target))
        {
            Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json"),
        };
        using var response = await docker.Invoker.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"the Docker daemon refuses to join: {await MessageAsync(response, cancellationToken)}");
        }
    }

    /// <summary>The daemon's own words; it does not repeat the token.</summary>
    private static async Task<string> MessageAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            return document.RootElement.GetProperty("message").GetString() ?? "";
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"HTTP {(int)response.StatusCode}";
        }
    }

    [LoggerMessage(5034, LogLevel.Information, "The Docker daemon is part of the cluster ({Kind})")]
    private static partial void Joined(ILogger logger, JoinKind kind);

    [LoggerMessage(5035, LogLevel.Warning, "The Docker daemon is not part of the cluster yet: {Reason}; it is tried again")]
    private static partial void NotYet(ILogger logger, string reason);
}

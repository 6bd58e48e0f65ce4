using System.Globalization;
using System.Text.RegularExpressions;
using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Testing.Engines;

/// <summary>
/// One replica of the fake world. Its script is understood a little: <c>echo X</c> writes a line, <c>exit N</c> ends it; anything else runs until it is stopped.
/// </summary>
internal sealed partial class FakeReplica
{
    public required ReplicaKey Key { get; init; }

    /// <summary>Null when only a stop was asked for.</summary>
    public RunRequest? Request { get; init; }

    public DateTimeOffset? LaunchedAt { get; init; }

    public DateTimeOffset? RunsFrom { get; init; }

    public DateTimeOffset? StopsAt { get; set; }

    public bool Lost { get; set; }

    public string? ProvisionError { get; init; }

    public ReplicaExit? Exit { get; set; }

    public List<string> Lines { get; } = [];

    public EngineReplicaState StateAt(DateTimeOffset now)
    {
        if (Exit is not null || ProvisionError is not null || (StopsAt is { } end && end <= now))
        {
            return EngineReplicaState.Exited;
        }

        if (Lost)
        {
            return EngineReplicaState.Lost;
        }

        if (StopsAt is not null)
        {
            return EngineReplicaState.Stopping;
        }

        return RunsFrom <= now ? EngineReplicaState.Running : EngineReplicaState.SettingUp;
    }

    /// <summary>Whether any process of it lives, a lost one's leftovers included.</summary>
    public bool LivesAt(DateTimeOffset now) => StateAt(now) != EngineReplicaState.Exited;

    public EngineReplica ViewAt(DateTimeOffset now)
    {
        var state = StateAt(now);
        var ended = state == EngineReplicaState.Exited;
        return new EngineReplica
        {
            Replica = Key,
            State = state,
            LaunchedAt = LaunchedAt,
            StartedAt = RunsFrom <= now ? RunsFrom : null,
            ProvisionError = ProvisionError,
            Exit = ended && LaunchedAt is not null && ProvisionError is null
                ? Exit ?? new ReplicaExit { Code = 143, Signal = "SIGTERM", Stage = "run", At = StopsAt, LastLogLines = [.. Lines.TakeLast(20)] }
                : null,
        };
    }

    /// <summary>Plays the script from its beginning.</summary>
    public void Play(DateTimeOffset now)
    {
        foreach (var line in (Request?.Task.Run ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("echo ", StringComparison.Ordinal))
            {
                Lines.Add(line[5..].Trim('"', '\''));
            }
            else if (ExitLine().Match(line) is { Success: true } match)
            {
                var code = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                Exit = new ReplicaExit { Code = code, Stage = "run", At = now, LastLogLines = [.. Lines.TakeLast(20)] };
                return;
            }
        }
    }

    [GeneratedRegex(@"^exit (\d+)$")]
    private static partial Regex ExitLine();
}

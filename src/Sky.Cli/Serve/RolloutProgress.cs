using System.Globalization;
using Sky.Cli.Terminal;
using Sky.Core.Services;

namespace Sky.Cli.Serve;

/// <summary>A rollout on standard error: drawn in place on a terminal, else one line a transition.</summary>
/// <param name="context">Where it is shown.</param>
/// <param name="service">The service.</param>
/// <param name="version">The version that is to serve.</param>
/// <param name="before">The service as it was before that version was asked for; what is still so is no news. Null when there was none.</param>
internal sealed class RolloutProgress(CliContext context, string service, int version, ServiceView? before)
{
    private readonly Screen _screen = context.Screen;
    private readonly DateTimeOffset _began = context.Time.GetUtcNow();
    private readonly LiveRegion? _region = context.Screen.ErrIsTerminal ? new LiveRegion(context.Screen.Err, context.Screen.Width) : null;
    private readonly Dictionary<int, ReplicaStatus> _told = before?.Replicas.ToDictionary(replica => replica.Id, replica => replica.Status) ?? [];
    private ServiceView? _view;
    private string? _trouble = before?.Trouble;

    public void Show(ServiceView view)
    {
        _view = view;
        if (_region is null)
        {
            TellTransitions(view);
        }
        else
        {
            _region.Draw([.. Picture(view)]);
        }
    }

    /// <summary>A second has passed.</summary>
    public void Tick()
    {
        if (_region is not null && _view is not null)
        {
            _region.Draw([.. Picture(_view)]);
        }
    }

    public void Clear() => _region?.Clear();

    private void TellTransitions(ServiceView view)
    {
        if (view.Trouble != _trouble)
        {
            _trouble = view.Trouble;
            _screen.ErrorLine($"  {service}: {view.Trouble ?? "changes are made again"}");
        }

        foreach (var replica in view.Replicas)
        {
            if (!_told.TryGetValue(replica.Id, out var told) || told != replica.Status)
            {
                _told[replica.Id] = replica.Status;
                var reason = replica.Reason is null ? "" : $" ({replica.Reason})";
                _screen.ErrorLine($"  {service}: replica {replica.Id} of version {replica.Version} {StatusWords.Of(replica.Status)}{reason}");
            }
        }

        foreach (var gone in _told.Keys.Where(id => view.Replicas.All(replica => replica.Id != id)).ToList())
        {
            _told.Remove(gone);
            _screen.ErrorLine($"  {service}: replica {gone} is gone");
        }
    }

    private IEnumerable<string> Picture(ServiceView view)
    {
        var ready = view.Replicas.Count(replica => replica.Version == version && replica.Status == ReplicaStatus.Ready);
        var elapsed = Durations.Exact((long)(context.Time.GetUtcNow() - _began).TotalSeconds);
        yield return $"{Paint(Colors.Bold, service)} version {version}: {ready}/{view.TargetReplicas} replicas ready, {elapsed}";
        if (view.Trouble is { } trouble)
        {
            yield return $"  {trouble}";
        }

        foreach (var replica in view.Replicas)
        {
            var id = replica.Id.ToString(CultureInfo.InvariantCulture);
            var status = Paint(Colors.Of(replica.Status), StatusWords.Of(replica.Status).PadRight(20));
            yield return $"  replica {id,-4} version {replica.Version,-4} {status} {replica.Reason}";
        }
    }

    private string Paint(string color, string text) => _screen.ColorAllowed ? $"{color}{text}{Colors.Reset}" : text;
}

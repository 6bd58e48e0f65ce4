using System.Text.Json.Serialization;

namespace Sky.Core.Autoscaling.Spot;

/// <summary>What can happen to a spot replica, as far as a decision cares.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SpotEventKind>))]
public enum SpotEventKind
{
    /// <summary>The cloud gave what was asked for.</summary>
    Launched,

    /// <summary>The cloud had none: no capacity, or above the price. Errors that say nothing of the zone (a bad request, no permission) are no such event.</summary>
    LaunchFailed,

    /// <summary>It serves.</summary>
    Ready,

    /// <summary>The cloud took it away, whether it served or not; also said by the notice that comes before.</summary>
    Preempted,
}

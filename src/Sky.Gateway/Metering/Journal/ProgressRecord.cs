using Sky.Core.Metering;

namespace Sky.Gateway.Metering.Journal;

/// <summary>How far a request is, or how it ended.</summary>
/// <param name="At">When.</param>
/// <param name="Usage">Tokens so far.</param>
/// <param name="Events">Complete events so far.</param>
/// <param name="Replica">0 where nothing was sent.</param>
/// <param name="Version">Of the replica.</param>
/// <param name="Kind">How the tokens were found.</param>
internal readonly record struct ProgressRecord(DateTimeOffset At, TokenUsage Usage, long Events, int Replica, int Version, SettlementKind Kind);

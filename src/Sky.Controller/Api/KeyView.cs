using Sky.Core.Keys;

namespace Sky.Controller.Api;

/// <summary>A key as people see it: nothing of its secret.</summary>
public sealed record KeyView
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary><c>ACTIVE</c>, <c>EXPIRED</c>, <c>REVOKED</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Empty: all.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    public required KeyPriority Priority { get; init; }

    public required bool Operator { get; init; }

    public required KeyLimits Limits { get; init; }

    /// <summary>US dollars of the budget that are spent in its present period, by what is settled; null without a budget, and where it was not asked for.</summary>
    public decimal? Spent { get; init; }

    /// <summary>What is left of the budget, never below 0.</summary>
    public decimal? Left { get; init; }

    /// <summary>When the budget begins anew; null: never, or there is none.</summary>
    public DateTimeOffset? BudgetRenews { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public DateTimeOffset? RotatedAt { get; init; }

    /// <summary>Until when the secret before the last rotation opens too; null when it does not.</summary>
    public DateTimeOffset? PreviousUntil { get; init; }

    public static KeyView From(KeyRecord key, DateTimeOffset now) => new()
    {
        Id = key.Id.Value,
        Name = key.Name,
        Status = key.StateAt(now).ToString().ToUpperInvariant(),
        Models = key.Models,
        Priority = key.Priority,
        Operator = key.Operator,
        Limits = key.Limits,
        BudgetRenews = key.Limits.Budget is null ? null : BudgetClock.EndOf(key.Limits.BudgetPeriod, now),
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
        RevokedAt = key.RevokedAt,
        RotatedAt = key.RotatedAt,
        PreviousUntil = key.PreviousUntil > now ? key.PreviousUntil : null,
    };
}

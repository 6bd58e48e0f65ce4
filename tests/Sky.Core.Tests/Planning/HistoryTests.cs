using CsCheck;

namespace Sky.Core.Tests.Planning;

/// <summary>Random histories: whatever users, engines, probes and crashes do, the promises of the planner hold after every pass, and a world that heals converges.</summary>
public sealed class HistoryTests
{
    private static readonly Gen<(int Verb, int Argument)[]> _histories = Gen.Select(Gen.Int[0, History.Verbs - 1], Gen.Int[0, 999]).Array[5, 50];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Promises_hold_through_any_history_and_a_healed_world_converges(bool fixedPorts) => Play(fixedPorts, 12);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Category", "Heavy")]
    public void Promises_hold_through_very_many_histories(bool fixedPorts) => Play(fixedPorts, 400);

    private static void Play(bool fixedPorts, int histories) =>
        _histories.Sample(history => new History(fixedPorts).Play(history), iter: histories, threads: 1);
}

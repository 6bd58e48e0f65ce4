using System.Globalization;

namespace Sky.SystemTests.Gateway.Metering;

/// <summary>What happens to one request of a <see cref="LedgerWorld"/>. It follows from the seed and the number alone.</summary>
internal sealed record LedgerPlan
{
    public const string Header = "X-Plan";

    public required string Service { get; init; }

    public required bool Chat { get; init; }

    public required bool Stream { get; init; }

    public required bool AsksForUsage { get; init; }

    public required int MaxTokens { get; init; }

    public required string Prompt { get; init; }

    public required LedgerFate Fate { get; init; }

    /// <summary>After how many bytes of the body the fate comes, as a share of 10,000 bytes or so.</summary>
    public required int Cut { get; init; }

    /// <summary>The largest piece that the answer is cut into, in bytes.</summary>
    public required int Piece { get; init; }

    public static LedgerPlan Make(int seed, int number)
    {
        var random = new Random(HashCode.Combine(seed, number));
        return new LedgerPlan
        {
            Service = LedgerWorld.Services[random.Next(LedgerWorld.Services.Length)].Name,
            Chat = random.Next(3) > 0,
            Stream = random.Next(4) > 0,
            AsksForUsage = random.Next(5) == 0,
            MaxTokens = random.Next(1, 14),
            Prompt = string.Join(' ', Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.Next(100).ToString(CultureInfo.InvariantCulture))),
            Fate = (LedgerFate)random.Next(Enum.GetValues<LedgerFate>().Length),
            Cut = random.Next(1, 3500),
            Piece = random.Next(4) switch { 0 => 1, 1 => 7, 2 => 300, _ => 100_000 },
        };
    }

    public string Body(string model)
    {
        var prompt = Chat ? $"\"messages\":[{{\"role\":\"user\",\"content\":\"{Prompt}\"}}]" : $"\"prompt\":\"{Prompt}\"";
        var options = AsksForUsage && Stream ? ",\"stream_options\":{\"include_usage\":true}" : "";
        return $"{{\"model\":\"{model}\",{prompt},\"max_tokens\":{MaxTokens},\"stream\":{(Stream ? "true" : "false")}{options}}}";
    }
}

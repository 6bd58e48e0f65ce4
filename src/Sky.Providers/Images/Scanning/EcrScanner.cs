using System.Globalization;
using System.Text.Json.Nodes;
using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Providers.Aws;
using Sky.Providers.Images.Registries;

namespace Sky.Providers.Images.Scanning;

/// <summary>Amazon ECR's own scans, basic and enhanced, of images that it has.</summary>
/// <param name="clients">A client of ECR in a region.</param>
/// <param name="time">The pauses, and when it was scanned.</param>
internal sealed class EcrScanner(Func<string, AwsJsonClient> clients, TimeProvider time) : IImageScanner
{
    private const string Describe = "DescribeImageScanFindings";
    private const int Looks = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    public Scanner Kind => Scanner.Ecr;

    public bool NeedsPush => true;

    public async Task<ScanReport> ScanAsync(ScanTarget target, Action<string> progress, CancellationToken cancellationToken)
    {
        var pinned = target.Pinned ?? target.Name;
        if (ImageReference.Parse(pinned) is not { Digest: { } digest } image || EcrRegistry.Of(image.Registry) is not { } registry)
        {
            throw new ImageException(ImageFailure.Invalid, $"The file asks for a scan by Amazon ECR, and {target.Name} is not in a registry of its (ACCOUNT.dkr.ecr.REGION.amazonaws.com).");
        }
        try
        {
            var client = clients(registry.Region);
            var asked = new JsonObject
            {
                ["registryId"] = registry.Account, ["repositoryName"] = image.Repository, ["imageId"] = new JsonObject { ["imageDigest"] = digest },
            };
            var first = await FinishedAsync(client, asked, progress, cancellationToken);
            return await CollectAsync(client, asked, first, image.At(digest), cancellationToken);
        }
        catch (AwsException bad)
        {
            throw new ImageException(ImageFailure.Unavailable, bad.Message, bad);
        }
    }

    /// <summary>The first page of a finished scan; one is begun where there is none.</summary>
    private async Task<JsonObject> FinishedAsync(AwsJsonClient client, JsonObject asked, Action<string> progress, CancellationToken cancellationToken)
    {
        var started = false;
        for (var look = 0; look < Looks; look++)
        {
            try
            {
                var answer = await client.CallAsync(Describe, asked, cancellationToken);
                var status = Text(answer["imageScanStatus"]?["status"]);
                if (status is "ACTIVE" || (status is "COMPLETE" && ScannedAt(answer) >= time.GetUtcNow() - ScanGate.Oldest))
                {
                    return answer;
                }
                if (status is "COMPLETE" && !started)
                {
                    // It is of another day.
                    started = true;
                    await client.CallAsync("StartImageScan", asked, cancellationToken);
                    continue;
                }
                if (status is not ("IN_PROGRESS" or "PENDING" or "COMPLETE"))
                {
                    throw new ImageException(ImageFailure.Unavailable, $"Amazon ECR's scan ended with {status ?? "nothing"}: {Text(answer["imageScanStatus"]?["description"]) ?? "it says no more"}.");
                }
            }
            catch (AwsException none) when (none.Code == "ScanNotFoundException" && !started)
            {
                started = true;
                await client.CallAsync("StartImageScan", asked, cancellationToken);
                continue;
            }
            catch (AwsException none) when (none.Code == "ScanNotFoundException")
            {
                // Begun, and not yet listed.
            }
            progress("Amazon ECR is scanning ...");
            await Task.Delay(Pause, time, cancellationToken);
        }
        throw new ImageException(ImageFailure.Unavailable, "Amazon ECR's scan does not end. Try again later.");
    }

    private async Task<ScanReport> CollectAsync(AwsJsonClient client, JsonObject asked, JsonObject first, string image, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var page = first;
        while (true)
        {
            findings.AddRange(EcrFindings.Of(page));
            if (Text(page["nextToken"]) is not { Length: > 0 } next)
            {
                return new ScanReport { Scanner = Scanner.Ecr, Image = image, ScannedAt = ScannedAt(first), Findings = findings }.Counted();
            }
            var more = (JsonObject)asked.DeepClone();
            more["nextToken"] = next;
            page = await client.CallAsync(Describe, more, cancellationToken);
        }
    }

    /// <summary>When a scan ended. Enhanced scans go on all the time.</summary>
    private DateTimeOffset ScannedAt(JsonObject answer) =>
        Text(answer["imageScanStatus"]?["status"]) is "COMPLETE" && answer["imageScanFindings"]?["imageScanCompletedAt"] is JsonValue at
            ? at.TryGetValue<double>(out var seconds) ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : DateTimeOffset.TryParse(Text(at), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day : time.GetUtcNow()
            : time.GetUtcNow();

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}

using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Sky.Core.Nodes.DockerAccess;
using Sky.Node.Enrolment;

namespace Sky.Node.Docker;

/// <summary>
/// Tells what at the daemon is the controller's whose node this is. Labels of a container or a service do not become another's while it has its id, so that ids
/// that were found to be ours are remembered; names and others' are looked up each time.
/// </summary>
internal sealed class Belongings(DockerSocket docker, Membership membership)
{
    private const int MostRemembered = 4096;
    private readonly ConcurrentDictionary<DockerSubject, bool> _ours = new();

    /// <summary>Null: whoever's, where the node enrolled at a controller that did not say.</summary>
    public string? Owner => membership.Owner;

    /// <summary>The call as it may go on. Throws <see cref="HttpRequestException"/> when the daemon does not answer.</summary>
    public async Task<Verdict> JudgeAsync(DockerCall call, CancellationToken cancellationToken)
    {
        if (DockerOwnership.SubjectOf(call) is not { } subject || _ours.ContainsKey(subject))
        {
            return new Verdict.Passes(call.Target);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, DockerSocket.Address(DockerOwnership.InspectPath(subject)));
        request.Headers.UserAgent.ParseAdd("sky-node");
        var response = await docker.Invoker.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new Verdict.NotThere(response);
        }

        using (response)
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var seen = await ParseAsync(stream, cancellationToken);
            if (DockerOwnership.IdIfOwned(subject, seen.RootElement, Owner) is not { } id)
            {
                return new Verdict.Refused();
            }

            Remember(subject with { Name = id });
            return new Verdict.Passes(DockerOwnership.WithId(call, subject, id));
        }
    }

    /// <summary>Whether none of these is another's. What is not there is nobody's: the daemon says so itself, or makes it anew.</summary>
    public async Task<bool> OwnsAsync(IEnumerable<DockerSubject> subjects, CancellationToken cancellationToken)
    {
        foreach (var subject in subjects.Distinct())
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, DockerSocket.Address(DockerOwnership.InspectPath(subject)));
            request.Headers.UserAgent.ParseAdd("sky-node");
            using var response = await docker.Invoker.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                continue;
            }

            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new HttpRequestException($"the daemon answers {(int)response.StatusCode}");
            }

            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var seen = await ParseAsync(stream, cancellationToken);
            if (DockerOwnership.IdIfOwned(subject, seen.RootElement, Owner) is null)
            {
                return false;
            }
        }

        return true;
    }

    private void Remember(DockerSubject subject)
    {
        // A volume's id is its name, which may be another's later.
        if (subject.Kind is not ("containers" or "services"))
        {
            return;
        }

        if (_ours.Count >= MostRemembered)
        {
            _ours.Clear();
        }

        _ours[subject] = true;
    }

    private static async Task<JsonDocument> ParseAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonDocument.ParseAsync(stream, default, cancellationToken);
        }
        catch (JsonException)
        {
            throw new HttpRequestException("the daemon's answer is not JSON");
        }
    }

    /// <summary>What becomes of a call.</summary>
    internal abstract record Verdict
    {
        /// <summary>It goes on.</summary>
        internal sealed record Passes(string Target) : Verdict;

        /// <summary>The daemon's own answer for what it does not know; to be disposed.</summary>
        internal sealed record NotThere(HttpResponseMessage Response) : Verdict;

        internal sealed record Refused : Verdict;
    }
}

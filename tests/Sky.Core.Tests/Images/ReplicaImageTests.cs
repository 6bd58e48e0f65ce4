using Sky.Core.Images;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Images;

public sealed class ReplicaImageTests
{
    private const string At = "r.example/x@sha256:aa";

    [Fact]
    public void A_written_name_is_resolved_once_and_its_bytes_are_what_runs()
    {
        var spec = Spec(new() { Reference = "r.example/x:1" });

        Assert.Equal(["r.example/x:1"], ReplicaImage.ToResolve(spec));
        Assert.Equal(["r.example/x:1"], ReplicaImage.All(spec));
        var pinned = ReplicaImage.Pin(spec, new Dictionary<string, string> { ["r.example/x:1"] = At });

        Assert.Empty(ReplicaImage.ToResolve(pinned));
        Assert.Equal((At, "r.example/x:1"), (ReplicaImage.Of(pinned.Task, pinned.Resources.Candidates[0]), ReplicaImage.WrittenOf(pinned.Task, pinned.Resources.Candidates[0])));
    }

    [Fact]
    public void The_images_of_candidates_are_resolved_each()
    {
        var spec = Spec(null, new ResourceCandidate { ImageId = "docker:a" }, new() { ImageId = "docker:b" }, new() { ImageId = "ami-1" }, new() { ImageId = "docker:a", UseSpot = true });

        Assert.Equal(["a", "b"], ReplicaImage.ToResolve(spec));
        var pinned = ReplicaImage.Pin(spec, new Dictionary<string, string> { ["a"] = "a@sha256:1", ["b"] = "b@sha256:2" });

        Assert.Equal(["a@sha256:1", "b@sha256:2", null, "a@sha256:1"], pinned.Resources.Candidates.Select(candidate => ReplicaImage.Of(pinned.Task, candidate)));
    }

    [Fact]
    public void A_moved_tag_is_another_task_and_another_name_of_the_same_bytes_is_not()
    {
        var spec = Spec(new() { Reference = "x:1", Pinned = At });

        Assert.True(SpecComparison.SameTask(spec, Spec(new() { Reference = "x:2", Pinned = At })));
        Assert.False(SpecComparison.SameTask(spec, Spec(new() { Reference = "x:1", Pinned = "r.example/x@sha256:bb" })));
        Assert.True(SpecComparison.SameTask(Spec(null, new ResourceCandidate { ImageId = "docker:a", PinnedImage = At }), Spec(null, new ResourceCandidate { ImageId = "docker:b", PinnedImage = At })));
        Assert.False(SpecComparison.SameTask(Spec(null, new ResourceCandidate { ImageId = "docker:a", PinnedImage = At }), Spec(null, new ResourceCandidate { ImageId = "docker:a", PinnedImage = "b@sha256:1" })));
    }

    private static ServiceSpec Spec(ImageSpec? image, params ResourceCandidate[] candidates) => new()
    {
        Serving = new() { ReadinessProbe = new(), ReplicaPolicy = new() },
        Task = new() { Image = image },
        Resources = new() { Candidates = candidates.Length == 0 ? [new()] : candidates },
    };
}

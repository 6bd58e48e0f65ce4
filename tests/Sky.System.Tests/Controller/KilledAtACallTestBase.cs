using Sky.Core;
using Sky.Core.Services;
using Sky.Core.Specs;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>
/// The controller dies exactly before or after a call, in every verb, and the next one goes on over the same home: what runs is what is wanted, and each
/// replica was started once.
/// </summary>
public abstract class KilledAtACallTestBase : IAsyncLifetime
{
    private protected const string Name = "mortal";
    private MortalController? _controller;
    private int _deaths;

    private protected SkyHome Home { get; } = new(Directory.CreateTempSubdirectory("sky-mortal-").FullName);

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        _controller = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_controller is not null)
        {
            await _controller.DisposeAsync();
        }

        await RemoveAsync();
        Directory.Delete(Home.Root, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Before the first controller.</summary>
    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>After the last.</summary>
    private protected abstract Task RemoveAsync();

    private protected abstract Task<MortalController> StartAsync();

    /// <summary>Two replicas without drain, which differ by the tag.</summary>
    private protected abstract ServiceSpec Spec(string tag);

    /// <summary>The numbers of the replicas that run.</summary>
    private protected abstract Task<IReadOnlyList<int>> RunningAsync();

    /// <summary>The number of the replica of every start that there was.</summary>
    private protected abstract Task<IReadOnlyList<int>> StartsAsync();

    /// <summary>After the service is down.</summary>
    private protected virtual Task NothingIsLeftAsync() => Task.CompletedTask;

    private protected async Task EveryVerbAsync(string point, int deaths)
    {
        await CarryOutAsync(point, controller => controller.PutAsync(Name, Spec("one")), version: 1, 1, 2);
        await CarryOutAsync(point, controller => controller.PutAsync(Name, Spec("two")), version: 2, 3, 4);
        await CarryOutAsync(point, controller => controller.ScaleAsync(Name, 3), version: 2, 3, 4, 5);
        await CarryOutAsync(point, controller => controller.RollbackAsync(Name, 1), version: 1, 6, 7, 8);
        await CarryOutAsync(point, controller => controller.DeleteAsync(Name), version: null);

        Assert.Equal(deaths, _deaths);
        await NothingIsLeftAsync();
    }

    private protected static ServiceSpec Undrained(ServiceSpec spec) => spec with { Serving = spec.Serving with { DrainSeconds = 0 } };

    private protected static ServiceSpec On(string cloud, ServiceSpec spec) =>
        spec with { Resources = spec.Resources with { Candidates = [spec.Resources.Candidates[0] with { Cloud = cloud }] } };

    private async Task CarryOutAsync(string point, Func<MortalController, Task> verb, int? version, params int[] ids)
    {
        bool Reached(ServiceView? view) => version is null
            ? view is null
            : view is not null && view.Replicas.Select(row => row.Id).Order().SequenceEqual(ids) && view.Replicas.All(row => row.Status == ReplicaStatus.Ready && row.Version == version);

        _controller!.Point.Arm(point);
        List<Task> disturbed = [verb(_controller), _controller.UntilAsync(Name, Reached)];
        await Task.WhenAny(_controller.Point.Reached, Task.WhenAll(disturbed));
        if (_controller.Point.Reached.IsCompleted)
        {
            _deaths++;
            await _controller.DisposeAsync();
            await Task.WhenAll(disturbed).ContinueWith(_ => { }, TaskScheduler.Default);
            _controller = await StartAsync();
            await verb(_controller);
        }

        await _controller.UntilAsync(Name, Reached);
        Assert.Equal(ids, (await RunningAsync()).Order());
        var starts = await StartsAsync();
        Assert.Superset(ids.ToHashSet(), starts.ToHashSet());
        Assert.All(starts.GroupBy(id => id), one => Assert.Single(one));
    }
}

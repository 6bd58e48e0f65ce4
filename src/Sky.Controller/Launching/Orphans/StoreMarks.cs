using System.Text.Json;
using Sky.Core;
using Sky.Core.Clouds.Orphans;
using Sky.Core.Services;

namespace Sky.Controller.Launching.Orphans;

/// <summary>The mark beside the store, a file of the home.</summary>
internal sealed class StoreMarks(string path)
{
    /// <summary>Null: there is none that can be read.</summary>
    public StoreMark? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), SkyJson.Default.StoreMark);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public void Write(StoreMark mark)
    {
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(mark, SkyJson.Default.StoreMark));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>A controller begins to run: first the store says so, then the mark.</summary>
    public async Task<StoreLife> BeginAsync(IOrphanStore store, OwnerId owner, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (life, mark) = StoreLives.Begin(owner, await store.LifeAsync(cancellationToken), Read(), now);
        await store.WriteLifeAsync(life, cancellationToken);
        try
        {
            Write(mark);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without it the next run takes the store for a copy, and is careful for longer.
        }

        return life;
    }
}

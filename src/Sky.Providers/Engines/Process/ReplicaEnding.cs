namespace Sky.Providers.Engines.Process;

/// <summary>Writes the record of an end, also on a full disk.</summary>
internal static class ReplicaEnding
{
    /// <summary>More than the longest record takes.</summary>
    public const int ReserveBytes = 96 * 1024;

    private static readonly TimeSpan FullDiskPause = TimeSpan.FromSeconds(1);

    /// <summary>The caller holds the folder's lock and has ended everything.</summary>
    public static void Write(ReplicaFolder folder, ExitRecord record)
    {
        try
        {
            ReplicaFiles.Write(folder.Exit, record, durable: true);
        }
        catch (IOException)
        {
            // The disk is full: give up the reserve for it.
            File.Delete(folder.Reserve);
            ReplicaFiles.Write(folder.Exit, record, durable: true);
        }

        File.Delete(folder.Reserve);
    }

    /// <summary>Where even the reserve was taken by others, it waits for room: an end without a record would look like a killed runner.</summary>
    public static void WriteWhenThereIsRoom(ReplicaFolder folder, ExitRecord record)
    {
        while (Directory.Exists(folder.Root))
        {
            try
            {
                Write(folder, record);
                return;
            }
            catch (IOException)
            {
                Thread.Sleep(FullDiskPause);
            }
        }
    }
}

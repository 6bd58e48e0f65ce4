using System.ComponentModel;
using Sky.Core.Catalog;

namespace Sky.Providers.Clouds.Local;

/// <summary>What this machine has.</summary>
internal static class MachineOffering
{
    private static readonly TimeSpan GpuQueryLimit = TimeSpan.FromSeconds(10);

    public static async Task<Offering> ReadAsync()
    {
        var gpus = GpuNames.Parse(await QueryGpusAsync("name"));
        var memory = gpus.Name is null ? null : GpuNames.Memory(await QueryGpusAsync("memory.total"));
        return new Offering
        {
            Cloud = "local",
            InstanceType = Environment.MachineName,
            Cpus = Environment.ProcessorCount,
            Memory = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30), 1),
            Accelerator = gpus.Name,
            AcceleratorCount = gpus.Count,
            AcceleratorMemory = memory,
            HourlyCost = 0,
            Owned = true,
        };
    }

    private static async Task<string> QueryGpusAsync(string what)
    {
        var start = new System.Diagnostics.ProcessStartInfo("nvidia-smi", [$"--query-gpu={what}", "--format=csv,noheader,nounits"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var query = System.Diagnostics.Process.Start(start)!;
            using var limit = new CancellationTokenSource(GpuQueryLimit);
            try
            {
                var text = await query.StandardOutput.ReadToEndAsync(limit.Token);
                await query.WaitForExitAsync(limit.Token);
                return query.ExitCode == 0 ? text : "";
            }
            catch (OperationCanceledException)
            {
                query.Kill();
                return "";
            }
        }
        catch (Win32Exception)
        {
            // No NVIDIA driver: no GPU.
            return "";
        }
    }
}

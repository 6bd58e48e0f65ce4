using Sky.Providers.Clouds.Local;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Local;

public sealed class GpuNamesTests
{
    [Theory]
    [InlineData("", null, 0)]
    [InlineData("\n", null, 0)]
    [InlineData("NVIDIA A100-SXM4-80GB\nNVIDIA A100-SXM4-80GB\n", "A100-80GB", 2)]
    [InlineData("NVIDIA A100-SXM4-40GB\n", "A100", 1)]
    [InlineData("NVIDIA H100 80GB HBM3", "H100", 1)]
    [InlineData("NVIDIA L4\n", "L4", 1)]
    [InlineData("NVIDIA L40S\n", "L40S", 1)]
    [InlineData("Tesla T4\n", "T4", 1)]
    [InlineData("Tesla V100-SXM2-16GB\n", "V100", 1)]
    [InlineData("NVIDIA A10G\n", "A10G", 1)]
    [InlineData("NVIDIA GeForce RTX 4090\n", "RTX4090", 1)]
    [InlineData("NVIDIA RTX A6000\n", "A6000", 1)]
    [InlineData("NVIDIA L4\nTesla T4\nNVIDIA L4\n", "L4", 2)]
    [InlineData("NVIDIA Quantum 9\n", "Quantum-9", 1)]
    public void The_output_of_nvidia_smi_gives_the_name_of_service_files(string output, string? name, int count) =>
        Assert.Equal((name, count), GpuNames.Parse(output));

    [Theory]
    [InlineData("81920\n81920\n", 80.0)]
    [InlineData("", null)]
    [InlineData("[N/A]\n", null)]
    public void The_memory_of_the_first_one_is_read(string output, double? memory) => Assert.Equal(memory, GpuNames.Memory(output));
}

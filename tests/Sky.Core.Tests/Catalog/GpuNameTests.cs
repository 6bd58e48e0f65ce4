using Sky.Core.Catalog;

namespace Sky.Core.Tests.Catalog;

public sealed class GpuNameTests
{
    private static readonly string[] _known = ["A10", "A100", "A100-80GB", "A10G", "H100", "H100-NVL", "L4", "L40S", "RTXPRO4500", "RTXPRO6000", "Gaudi-HL-205"];

    [Theory]
    [InlineData("A100", "A100")]
    [InlineData("a100", "A100")]
    [InlineData("a100-80gb", "A100-80GB")]
    [InlineData("A100_80GB", "A100-80GB")]
    [InlineData("rtx pro 6000", "RTXPRO6000")]
    [InlineData("RTX-PRO-6000", "RTXPRO6000")]
    [InlineData("gaudi", "Gaudi-HL-205")]
    [InlineData("L40", "L40S")]
    [InlineData("NVL", "H100-NVL")]
    [InlineData("80GB", "A100-80GB")]
    public void A_name_is_found_however_it_is_written(string asked, string name) => Assert.Equal([name], GpuName.Resolve(asked, _known));

    [Theory]
    [InlineData("RTXPRO", "RTXPRO4500 RTXPRO6000")]
    [InlineData("RTX", "RTXPRO4500 RTXPRO6000")]
    [InlineData("H10", "H100 H100-NVL")]
    public void What_several_names_hold_is_ambiguous(string asked, string names) => Assert.Equal(names.Split(' '), GpuName.Resolve(asked, _known));

    [Theory]
    [InlineData("X9000")]
    [InlineData("-")]
    public void What_no_name_holds_is_not_known(string asked) => Assert.Empty(GpuName.Resolve(asked, _known));

    [Theory]
    [InlineData("80GB", null, 80, false)]
    [InlineData("80gb+", null, 80, true)]
    [InlineData("NVIDIA:80GB", "NVIDIA", 80, false)]
    [InlineData("amd:0.5TB+", "AMD", 512, true)]
    [InlineData("24576MB", null, 24, false)]
    public void Memory_is_read(string asked, string? vendor, double memory, bool atLeast) => Assert.Equal(new GpuMemory(vendor, memory, atLeast), GpuMemory.Parse(asked));

    [Theory]
    [InlineData("A100")]
    [InlineData("A100-80GB")]
    [InlineData("80")]
    [InlineData("80GB-")]
    [InlineData("RTX PRO:80GB")]
    public void A_name_is_no_memory(string asked) => Assert.Null(GpuMemory.Parse(asked));

    /// <summary>Memory as AWS tells it: an L4 has 22,888 MiB, which its maker sells as 24 GB.</summary>
    [Theory]
    [InlineData("24GB", "L4", 22.351563, true)]
    [InlineData("24GB+", "L4", 22.351563, true)]
    [InlineData("25GB+", "L4", 22.351563, false)]
    [InlineData("80GB", "A100-80GB", 80.0, true)]
    [InlineData("80GB", "H100-NVL", 94.0, false)]
    [InlineData("80GB+", "H100-NVL", 94.0, true)]
    [InlineData("80GB+", "L40S", 44.7, false)]
    [InlineData("192GB", "B200", 179.061523, true)]
    [InlineData("80GB", "unknown", null, false)]
    [InlineData("NVIDIA:192GB", "MI300X", 192.0, false)]
    [InlineData("AMD:192GB", "MI300X", 192.0, true)]
    public void Memory_fits_in_either_reading_of_a_gigabyte(string asked, string name, double? memory, bool fits) => Assert.Equal(fits, GpuMemory.Parse(asked)!.Fits(name, memory));
}

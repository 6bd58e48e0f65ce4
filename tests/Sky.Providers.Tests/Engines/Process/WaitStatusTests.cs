using Sky.Providers.Engines.Process;
using Xunit;

namespace Sky.Providers.Tests.Engines.Process;

public sealed class WaitStatusTests
{
    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(7 << 8, 7, null)]
    [InlineData(9, 137, "SIGKILL")]
    [InlineData(137 << 8, 137, "SIGKILL")]
    [InlineData(11 | 0x80, 139, "SIGSEGV")]
    [InlineData(255 << 8, 255, null)]
    public void A_raw_status_is_told_as_code_and_signal(int raw, int code, string? signal) =>
        Assert.Equal(new WaitStatus(code, signal), WaitStatus.Parse(raw));
}

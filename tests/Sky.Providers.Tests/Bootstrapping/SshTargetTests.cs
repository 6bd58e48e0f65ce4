using Sky.Providers.Bootstrapping.Machines;
using Xunit;

namespace Sky.Providers.Tests.Bootstrapping;

public sealed class SshTargetTests
{
    [Theory]
    [InlineData("gpu-1", "gpu-1", null, null)]
    [InlineData("root@10.0.0.1", "10.0.0.1", "root", null)]
    [InlineData("root@10.0.0.1:2222", "10.0.0.1", "root", 2222)]
    [InlineData("ssh://me@host.example.com:22", "host.example.com", "me", 22)]
    [InlineData("me@[2001:db8::1]:22", "2001:db8::1", "me", 22)]
    [InlineData("2001:db8::1", "2001:db8::1", null, null)]
    public void It_is_written_as_for_ssh(string text, string host, string? user, int? port) => Assert.Equal(new SshTarget(host, user, port), SshTarget.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("-oProxyCommand=x")]
    [InlineData("root@-oProxyCommand=x")]
    [InlineData("-l@host")]
    [InlineData("host:0")]
    [InlineData("host:70000")]
    [InlineData("host name")]
    [InlineData("host;id")]
    [InlineData("$(id)@host")]
    [InlineData("host\n")]
    [InlineData("ssh://host/path")]
    public void What_ssh_or_a_shell_would_read_otherwise_is_refused(string text) => Assert.Null(SshTarget.Parse(text));

    [Theory]
    [InlineData("me@host:22")]
    [InlineData("me@[2001:db8::1]:22")]
    public void It_is_shown_as_it_is_written(string text) => Assert.Equal(text, SshTarget.Parse(text)!.ToString());
}

namespace Sky.Providers.Engines.Output;

/// <summary>Names of signals that can end a process.</summary>
internal static class SignalNames
{
    /// <summary>Null for a number that is no such signal.</summary>
    public static string? Of(int number) => number switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        _ when number == (OperatingSystem.IsMacOS() ? 10 : 7) => "SIGBUS",
        _ when number == (OperatingSystem.IsMacOS() ? 30 : 10) => "SIGUSR1",
        _ when number == (OperatingSystem.IsMacOS() ? 31 : 12) => "SIGUSR2",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        _ => null,
    };
}

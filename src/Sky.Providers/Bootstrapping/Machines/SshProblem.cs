namespace Sky.Providers.Bootstrapping.Machines;

/// <summary>What the <c>ssh</c> program says when it fails, as a sentence that says what to do. Pure.</summary>
internal static class SshProblem
{
    /// <param name="options">What it was told.</param>
    /// <param name="said">Its standard error.</param>
    public static string Explain(SshOptions options, IReadOnlyList<string> said)
    {
        var target = options.Target;
        var last = said.LastOrDefault(line => line.Trim().Length > 0)?.Trim() ?? "it said nothing";
        var by = options.Identity is { } key ? $"the key {key}" : "the keys of ssh (its agent, ~/.ssh)";
        return 0 switch
        {
            _ when Says("REMOTE HOST IDENTIFICATION HAS CHANGED") || Says("host key for") && Says("has changed") =>
                $"The host key of {target} is not the one that is known: another machine may be answering at this address. Nothing was sent. {Where(said)} "
                + $"If the machine was installed anew, remove the old key with `ssh-keygen -R {target.Host}` and take the new one as before.",
            _ when Says("Host key verification failed") =>
                $"The host key of {target} is not known, so that nothing says that it is your machine. Nothing was sent. Look at it once with `ssh {Words(target)}`, compare its fingerprint, and accept it; then run this again.",
            _ when Says("Permission denied") || Says("Too many authentication failures") =>
                $"{target} does not let in {(target.User is { } user ? $"the user '{user}'" : "this user")} with {by}: {last}. Passwords are not asked for: have a key there (`ssh-copy-id {Words(target)}`), or name another with --identity.",
            _ when Says("Identity file") && Says("not accessible") => $"The key {options.Identity} cannot be read.",
            _ when Says("UNPROTECTED PRIVATE KEY FILE") => $"The key {options.Identity} can be read by others, so that ssh does not use it: chmod 600 {options.Identity}",
            _ when Says("Could not resolve hostname") => $"There is no host '{target.Host}': {last}",
            _ when Says("timed out") || Says("Connection refused") || Says("No route to host") || Says("Network is unreachable") =>
                $"{target} cannot be reached over SSH: {last}. Is the machine up, is sshd running, and is its port open to this machine?",
            _ => $"ssh to {target} failed: {last}",
        };

        bool Says(string words) => said.Any(line => line.Contains(words, StringComparison.OrdinalIgnoreCase));
    }

    private static string Words(SshTarget target) => $"{(target.Port is { } port ? $"-p {port} " : "")}{(target.User is { } user ? user + "@" : "")}{target.Host}";

    /// <summary>The line of the file that has the other key.</summary>
    private static string Where(IReadOnlyList<string> said) => said.FirstOrDefault(line => line.StartsWith("Offending", StringComparison.Ordinal))?.Trim() ?? "";
}

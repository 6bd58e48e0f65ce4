using System.ComponentModel;
using System.Diagnostics;
using Sky.Core.Specs;

namespace Sky.Cli.Workdirs;

/// <summary>A repository's files in a folder of their own, fetched by the user's own git with the user's own rights. Disposal removes them.</summary>
internal sealed class GitCheckout : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-git-");

    private GitCheckout()
    {
    }

    public string Folder => Path.Combine(_folder.FullName, "workdir");

    /// <summary>Throws <see cref="CliException"/> with what git says when there is no such repository or reference.</summary>
    public static async Task<GitCheckout> OfAsync(GitWorkdirSpec source, CancellationToken cancellationToken)
    {
        if (source.Url.StartsWith('-') || source.Ref?.StartsWith('-') == true)
        {
            throw CliException.InputWrong("The address and the ref of a git repository do not begin with a dash.");
        }

        var checkout = new GitCheckout();
        try
        {
            await checkout.FetchAsync(source, cancellationToken);
            return checkout;
        }
        catch
        {
            checkout.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // One fetch of a branch, a tag or, where the server allows it, a commit; else the whole repository, which holds every commit.
    private async Task FetchAsync(GitWorkdirSpec source, CancellationToken cancellationToken)
    {
        await GitAsync(source, cancellationToken, "init", "--quiet", "--", Folder);
        var fetched = await TryGitAsync(cancellationToken, "-C", Folder, "fetch", "--quiet", "--depth", "1", "--", source.Url, source.Ref ?? "HEAD");
        if (fetched is null)
        {
            await GitAsync(source, cancellationToken, "-C", Folder, "checkout", "--quiet", "--detach", "FETCH_HEAD");
            return;
        }

        if (source.Ref is null)
        {
            throw Refused(source, fetched);
        }

        await GitAsync(source, cancellationToken, "-C", Folder, "fetch", "--quiet", "--tags", "--", source.Url, "+refs/heads/*:refs/heads/*");
        await GitAsync(source, cancellationToken, "-C", Folder, "checkout", "--quiet", "--detach", source.Ref);
    }

    private static async Task GitAsync(GitWorkdirSpec source, CancellationToken cancellationToken, params string[] arguments)
    {
        if (await TryGitAsync(cancellationToken, arguments) is { } complaint)
        {
            throw Refused(source, complaint);
        }
    }

    /// <summary>Null when it worked, else what git says.</summary>
    private static async Task<string?> TryGitAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        // It may not ask for a password that nobody sees asked for.
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        using var git = Begin(start);
        git.StandardInput.Close();
        var output = git.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await git.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await git.WaitForExitAsync(cancellationToken);
        return git.ExitCode == 0 ? null : error.Trim() is { Length: > 0 } text ? text : $"git ended with exit code {git.ExitCode}";
    }

    private static Process Begin(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw CliException.Failed("A workdir that is a git repository needs the command git, which is not on your PATH. Nothing was changed.");
        }
    }

    private static CliException Refused(GitWorkdirSpec source, string complaint)
    {
        var reference = source.Ref is null ? "" : $" at {source.Ref}";
        var lines = complaint.Replace(source.Url, source.ShownUrl, StringComparison.Ordinal).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return CliException.Failed($"The git repository {source.ShownUrl}{reference} cannot be fetched: {string.Join(' ', lines)}. Nothing was changed.");
    }
}

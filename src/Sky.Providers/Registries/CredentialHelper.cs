using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Sky.Providers.Registries;

/// <summary>Asks a credential store by Docker's protocol: <c>docker-credential-NAME get</c>, the address on standard input, JSON on standard output.</summary>
/// <param name="folder">Where to look before the <c>PATH</c>; null: only there.</param>
internal sealed class CredentialHelper(string? folder = null)
{
    /// <summary>What helpers print where they have nothing, with exit code 1.</summary>
    private const string NotFound = "credentials not found";

    /// <summary>What stands for a token in the place of a user's name.</summary>
    private const string TokenUser = "<token>";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The login that the store has for this address; null for none.</summary>
    public async Task<RegistryLogin?> GetAsync(string store, string address, CancellationToken cancellationToken)
    {
        var program = $"docker-credential-{store}";
        var path = folder is not null && File.Exists(Path.Combine(folder, program)) ? Path.Combine(folder, program) : program;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var (code, output) = await RunAsync(path, address, limit.Token);
            return code == 0 ? Parse(program, output)
                : output.Contains(NotFound, StringComparison.OrdinalIgnoreCase) ? null
                : throw new RegistryLoginException($"{program} ended with exit code {code} when it was asked for {address}");
        }
        catch (Win32Exception error)
        {
            throw new RegistryLoginException($"Docker's configuration names the credential store {store}, and {program} cannot be started: is it on the controller's PATH?", error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RegistryLoginException($"{program} does not answer");
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string address, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, ["get"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            await process.StandardInput.WriteAsync(address.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await errors;
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, output);
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    private static RegistryLogin Parse(string program, string output)
    {
        try
        {
            using var answer = JsonDocument.Parse(output);
            var username = answer.RootElement.GetProperty("Username").GetString();
            var secret = answer.RootElement.GetProperty("Secret").GetString();
            return username == TokenUser ? new RegistryLogin { IdentityToken = secret } : new RegistryLogin { Username = username, Password = secret };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // What it printed may be a password.
            throw new RegistryLoginException($"{program} answers what is not a login");
        }
    }
}

using Sky.Core.Secrets;
using Sky.Core.Specs;
using Sky.Providers.Secrets;

namespace Sky.Cli.Serve;

/// <summary>The secrets that are held where the command runs: in its environment, and in files.</summary>
internal static class ClientSecrets
{
    /// <summary>The spec with their values. Throws <see cref="CliException"/> where one cannot be had.</summary>
    public static async Task<ServiceSpec> FillAsync(CliContext context, ServiceSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            var resolver = new SecretResolver([new EnvSecrets(context.Environment), new FileSecrets()]);
            return await resolver.FillAsync(spec, cancellationToken);
        }
        catch (SecretException error)
        {
            throw CliException.InputWrong($"{error.Message} Nothing was changed.");
        }
    }
}

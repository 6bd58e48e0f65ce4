using Sky.Core.Secrets;
using Sky.Core.Specs;

namespace Sky.Controller.Api;

/// <summary>A spec whose secrets all have values, or why it has not.</summary>
internal sealed record FilledSecrets(ServiceSpec? Spec, Problem? Problem)
{
    public static async Task<FilledSecrets> OfAsync(SecretResolver secrets, ServiceSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            var filled = await secrets.FillAsync(spec, cancellationToken);
            return SecretResolver.Missing(filled).FirstOrDefault() is { } missing
                ? new FilledSecrets(null, Problem.Invalid($"Secret {missing} has no value: this controller does not know '{spec.Task.SecretSources[missing].From}'."))
                : new FilledSecrets(filled, null);
        }
        catch (SecretException error)
        {
            return new FilledSecrets(null, error.Failure == SecretFailure.Unavailable ? Problem.Unavailable(error.Message) : Problem.Unworkable(error.Message));
        }
    }
}

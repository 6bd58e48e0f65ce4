using System.Runtime.CompilerServices;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>Requests to models that the conventions for generative AI do not tell apart.</summary>
/// <param name="Service">The label of the service.</param>
/// <param name="Version">The label of the version.</param>
/// <param name="Operation">Such as <c>chat</c>.</param>
/// <param name="Model">The label of the model; empty where the request named none.</param>
/// <param name="Error">What went wrong; null for nothing.</param>
/// <param name="TokenType"><c>input</c> or <c>output</c>; null where no tokens are counted.</param>
/// <param name="ResponseModel">The label of the model as the answer calls it; null where it does not say.</param>
internal readonly record struct ModelSeries(string Service, string Version, string Operation, string Model, string? Error = null, string? TokenType = null, string? ResponseModel = null)
{
    /// <summary>Of the texts' places, not of their signs: the values are the same objects again and again.</summary>
    public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Service), RuntimeHelpers.GetHashCode(Version), RuntimeHelpers.GetHashCode(Operation), RuntimeHelpers.GetHashCode(Model), RuntimeHelpers.GetHashCode(Error), RuntimeHelpers.GetHashCode(TokenType), RuntimeHelpers.GetHashCode(ResponseModel));
}

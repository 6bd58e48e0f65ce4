using Azure;
using Azure.Identity;
using Sky.Core.Clouds;
using Sky.Providers.Clouds.Azure;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Azure;

public sealed class AzureErrorsTests
{
    [Theory]
    [InlineData(0, CloudFailure.Ambiguous)]
    [InlineData(400, CloudFailure.Invalid)]
    [InlineData(401, CloudFailure.Unauthorized)]
    [InlineData(403, CloudFailure.Unauthorized)]
    [InlineData(404, CloudFailure.NotFound)]
    [InlineData(408, CloudFailure.Ambiguous)]
    [InlineData(409, CloudFailure.Unavailable)]
    [InlineData(412, CloudFailure.Unavailable)]
    [InlineData(422, CloudFailure.Invalid)]
    [InlineData(429, CloudFailure.Throttled)]
    [InlineData(500, CloudFailure.Ambiguous)]
    [InlineData(502, CloudFailure.Ambiguous)]
    [InlineData(503, CloudFailure.Unavailable)]
    [InlineData(504, CloudFailure.Ambiguous)]
    public void An_unknown_code_goes_by_its_status(int status, CloudFailure failure)
    {
        Assert.Equal(failure, AzureErrors.Kind(null, null, status));
        Assert.Equal(failure, AzureErrors.Kind("NeverSeen", "", status));
    }

    [Fact]
    public void A_known_code_counts_whatever_its_status_and_case()
    {
        Assert.All(AzureErrors.Codes, pair => Assert.Equal(pair.Value, AzureErrors.Kind(pair.Key.ToUpperInvariant(), "", 400)));
        Assert.Equal(Enum.GetValues<CloudFailure>().ToHashSet(), AzureErrors.Codes.Values.ToHashSet());
        Assert.All(
            new[] { "AllocationFailed", "ZonalAllocationFailed", "OverconstrainedAllocationRequest", "SkuNotAvailable" }, code => Assert.Equal(CloudFailure.NoCapacity, AzureErrors.Codes[code]));
    }

    [Fact]
    public void One_line_is_told_with_the_code_and_without_what_the_library_adds()
    {
        var told = AzureErrors.Of(new RequestFailedException(409, "No room.\nStatus: 409 (Conflict)\nHeaders:\nAuthorization: Bearer secret", "SkuNotAvailable", null))!;
        Assert.Equal((CloudFailure.NoCapacity, "No room. (SkuNotAvailable)"), (told.Failure, told.Message));
        Assert.True(AzureErrors.Of(new RequestFailedException(400, new string('x', 5000), "A", null))!.Message.Length < 400);
    }

    [Fact]
    public void What_is_no_answer_of_Azure_is_told_too()
    {
        Assert.Equal(CloudFailure.Unauthorized, AzureErrors.Of(new CredentialUnavailableException("no"))!.Failure);
        Assert.Equal(CloudFailure.Unauthorized, AzureErrors.Of(new AuthenticationFailedException("no"))!.Failure);
        Assert.Equal(CloudFailure.Ambiguous, AzureErrors.Of(new TaskCanceledException())!.Failure);
        Assert.Equal(CloudFailure.Ambiguous, AzureErrors.Of(new AggregateException(new RequestFailedException("x")))!.Failure);
        Assert.Null(AzureErrors.Of(new InvalidOperationException()));
    }
}

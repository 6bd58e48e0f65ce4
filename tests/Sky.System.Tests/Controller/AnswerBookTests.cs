using System.Net;
using System.Text.Json;
using Sky.Controller.Traffic;
using Sky.Core;
using Sky.Core.Keys;
using Sky.Core.Services;
using Sky.Core.Traffic.Experiments;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>What the controller knows of answers that gateways gave.</summary>
public sealed class AnswerBookTests
{
    private static readonly KeyId Asker = new("key-0001");

    [Fact]
    public void Feedback_finds_the_arm_for_who_asked_and_for_operators_and_for_nobody_else()
    {
        var book = new AnswerBook();
        book.Add([Answer("mine", Asker), Answer("nobodys", null)]);
        book.Add(null);
        Assert.Equal(
            new FeedbackReport { Service = new ServiceName("llm"), Generation = 3, Version = 2, Id = "mine", Score = 0.5 },
            book.Find(new OpenFeedback { Id = "mine", Score = 0.5, Key = Asker }));
        Assert.NotNull(book.Find(new OpenFeedback { Id = "mine", Score = 1, Key = new KeyId("key-0009"), IsOperator = true }));
        Assert.NotNull(book.Find(new OpenFeedback { Id = "nobodys", Score = 1 }));
        Assert.Null(book.Find(new OpenFeedback { Id = "mine", Score = 1, Key = new KeyId("key-0002") }));
        Assert.Null(book.Find(new OpenFeedback { Id = "mine", Score = 1 }));
        Assert.Null(book.Find(new OpenFeedback { Id = "unknown", Score = 1, Key = Asker }));
    }

    [Fact]
    public void It_forgets_the_oldest()
    {
        var book = new AnswerBook(most: 10);
        book.Add([.. Enumerable.Range(0, 100).Select(number => Answer($"{number}", null))]);
        Assert.Null(book.Find(new OpenFeedback { Id = "0", Score = 1 }));
        Assert.NotNull(book.Find(new OpenFeedback { Id = "99", Score = 1 }));
    }

    [Fact]
    public async Task What_one_gateway_told_another_can_ask_for()
    {
        await using var controller = await ControllerFixture.StartAsync();
        var batch = new ArmBatch { Gateway = "a", Sequence = 1, Arms = [], Answers = [Answer("mine", Asker)] };
        using var told = await controller.PostAsync("gateways/arms", JsonSerializer.Serialize(batch, SkyJson.Default.ArmBatch));
        Assert.Equal(HttpStatusCode.NoContent, told.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, await AskAsync(controller, "mine", Asker));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(controller, "mine", null));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(controller, "another", Asker));
    }

    private static AnswerReport Answer(string id, KeyId? key) => new() { Id = id, Service = new ServiceName("llm"), Generation = 3, Version = 2, Key = key };

    private static async Task<HttpStatusCode> AskAsync(ControllerFixture controller, string id, KeyId? key)
    {
        using var answer = await controller.PostAsync("gateways/feedback/open", JsonSerializer.Serialize(new OpenFeedback { Id = id, Score = 1, Key = key }, SkyJson.Default.OpenFeedback));
        return answer.StatusCode;
    }
}

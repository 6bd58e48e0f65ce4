using System.Reflection;
using Microsoft.Extensions.Logging;
using Sky.Controller.Hosting;
using Sky.Core.Services;
using Sky.Gateway.Hosting;
using Sky.Testing.Gateway;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class LogTests
{
    public static TheoryData<Type, int> Ranges => new()
    {
        { typeof(ControllerHost), 2000 },
        { typeof(GatewayHost), 4000 },
    };

    /// <summary>Without numbers of their own, log lines bear hashes that change with the name of a method.</summary>
    [Theory]
    [MemberData(nameof(Ranges))]
    public void EveryLogLineHasANumberOfItsOwnInTheRangeOfItsProject(Type project, int first)
    {
        var ids = project.Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId)
            .OfType<int>()
            .ToList();

        Assert.NotEmpty(ids);
        Assert.All(ids, id => Assert.InRange(id, first, first + 999));
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task LineNamesAReplicaOnlyWhereItIsAboutOne()
    {
        using var log = new CapturedLog();
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        using var world = new SimulatedWorld(seed: 1, logs);
        var user = new SimulatedUser(world, new Random(1));
        await user.UpAsync();
        await world.StepAsync();
        await user.DownAsync();
        for (var step = 0; step < 400 && (await world.StoredAsync())!.Service.Phase != ServicePhase.Down; step++)
        {
            await world.StepAsync();
        }

        Assert.Contains(log.Lines, line => line.Contains("service sim replica 1:", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("service sim: The service is down", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("(null)", StringComparison.Ordinal));
    }
}

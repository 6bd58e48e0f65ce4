namespace Sky.Core.Planning;

/// <summary>Decides what is to be done about one service. Pure: the same snapshot and time give the same plan.</summary>
public static class Planner
{
    public static Plan Plan(ServiceSnapshot snapshot, DateTimeOffset now) => throw new NotImplementedException();
}

namespace Sky.Testing.Simulation;

/// <summary>The controller dies at this instruction: nothing of it may run on, so it passes wherever a cancellation passes.</summary>
public sealed class SimulatedCrash() : OperationCanceledException("the controller is killed here");

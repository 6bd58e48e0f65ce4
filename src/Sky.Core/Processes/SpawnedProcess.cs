using System.Collections;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Sky.Core.Processes;

/// <summary>
/// Starts programs by <c>posix_spawn</c>: in a session of their own, with default signals, nothing on their input and no other descriptor of ours.
/// </summary>
internal static class SpawnedProcess
{
    /// <summary>More than any C library needs for its spawn attributes, file actions or a signal set.</summary>
    private const int StructureSize = 1024;

    /// <exception cref="Win32Exception">The program cannot be started.</exception>
    public static int Start(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment, ChildOutput output)
    {
        var memory = Marshal.AllocHGlobal(3 * StructureSize);
        var (actions, attributes, signals) = (memory, memory + StructureSize, memory + 2 * StructureSize);
        try
        {
            LibC.InitActions(actions);
            LibC.InitAttributes(attributes);
            SetAttributes(attributes, signals);
            SetActions(actions, output);
            string?[] argv = [program, .. arguments, null];
            var error = LibC.Spawn(out var pid, program, actions, attributes, argv, Environment(environment));
            LibC.DestroyAttributes(attributes);
            LibC.DestroyActions(actions);
            return error == 0 ? pid : throw new Win32Exception(error, $"cannot start {program}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }

    private static void SetAttributes(nint attributes, nint signals)
    {
        var flags = (short)(LibC.SpawnNewSession | LibC.SpawnSignalDefaults | LibC.SpawnSignalMask);
        if (OperatingSystem.IsMacOS())
        {
            flags |= LibC.SpawnCloseByDefault;
        }

        LibC.SetFlags(attributes, flags);
        LibC.FillSignalSet(signals);
        LibC.SetSignalDefaults(attributes, signals);
        LibC.EmptySignalSet(signals);
        LibC.SetSignalMask(attributes, signals);
    }

    private static void SetActions(nint actions, ChildOutput output)
    {
        const uint ownerOnly = 0x180;
        LibC.AddOpen(actions, 0, "/dev/null", LibC.ReadOnly, 0);
        if (output is ChildOutput.AppendTo file)
        {
            LibC.AddOpen(actions, 1, file.Path, LibC.WriteOnly | LibC.Create | LibC.Append, ownerOnly);
            LibC.AddDuplicate(actions, 1, 2);
        }
        else if (output is ChildOutput.Descriptor descriptor)
        {
            LibC.AddDuplicate(actions, descriptor.Number, 1);
            LibC.AddDuplicate(actions, descriptor.Number, 2);
        }

        if (!OperatingSystem.IsMacOS())
        {
            CloseOthers(actions);
        }
    }

    private static void CloseOthers(nint actions)
    {
        try
        {
            LibC.AddCloseFrom(actions, 3);
        }
        catch (EntryPointNotFoundException)
        {
            // An older C library. Our own descriptors are all closed on exec anyway; only what we inherited ourselves stays open.
        }
    }

    private static string?[] Environment(IReadOnlyDictionary<string, string>? given)
    {
        if (given is not null)
        {
            return [.. given.Select(pair => $"{pair.Key}={pair.Value}"), null];
        }

        var inherited = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>();
        return [.. inherited.Select(pair => $"{pair.Key}={pair.Value}"), null];
    }
}

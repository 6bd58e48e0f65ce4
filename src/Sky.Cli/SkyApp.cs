using System.CommandLine;
using System.CommandLine.Invocation;
using Sky.Cli.Client;
using Sky.Cli.Commands;

namespace Sky.Cli;

/// <summary>Runs one command line from parsing to exit code.</summary>
internal static class SkyApp
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliContext context)
    {
        var parsed = CommandTree.Build(context, args).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            return ReportMistakes(parsed, context);
        }

        var invocation = new InvocationConfiguration
        {
            Output = context.Screen.Out,
            Error = context.Screen.Err,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(invocation, CancellationToken.None);
        }
        catch (CliException failure)
        {
            context.Screen.Error(failure.Message);
            return failure.ExitCode;
        }
        catch (ControllerUnreachableException failure)
        {
            context.Screen.Error(failure.Message);
            return ExitCode.ControllerUnreachable;
        }
        catch (ControllerRefusedException failure)
        {
            context.Screen.Error(failure.Message);
            return failure.ExitCode;
        }
        catch (OperationCanceledException) when (context.Interrupts.Happened)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            context.Screen.Error(failure.Message);
            return ExitCode.Failed;
        }
        finally
        {
            context.Screen.Flush();
        }
    }

    private static int ReportMistakes(ParseResult parsed, CliContext context)
    {
        foreach (var mistake in parsed.Errors)
        {
            context.Screen.Error(mistake.Message);
        }

        var path = CommandPath(parsed.CommandResult.Command);
        context.Screen.ErrorLine($"See '{path} -h'.");
        context.Screen.Flush();
        return ExitCode.InputWrong;
    }

    private static string CommandPath(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{CommandPath(parent)} {command.Name}" : "sky";
}

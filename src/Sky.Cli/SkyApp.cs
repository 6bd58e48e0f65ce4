using System.CommandLine;
using System.CommandLine.Invocation;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Core.Images;

namespace Sky.Cli;

/// <summary>Runs one command line from parsing to exit code.</summary>
internal static class SkyApp
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliContext context)
    {
        var parsed = CommandTree.Build(context, args).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var isVerb = parsed.Action == parsed.CommandResult.Command.Action;
        if (parsed.Action is ParseErrorAction || (isVerb && UnknownOptions.In(parsed).Count > 0))
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
            context.Screen.Error(context.AsStarted(failure.Message));
            return failure.ExitCode;
        }
        catch (ControllerUnreachableException failure)
        {
            context.Screen.Error(context.AsStarted(failure.Message));
            return ExitCode.ControllerUnreachable;
        }
        catch (ControllerRefusedException failure)
        {
            context.Screen.Error(context.AsStarted(failure.Message));
            return failure.ExitCode;
        }
        catch (ImageException failure)
        {
            context.Screen.Error(context.AsStarted(failure.Message));
            return ExitCode.Failed;
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
        catch (Exception failure)
        {
            var message = failure.Message.ReplaceLineEndings(" ");
            context.Screen.Error($"Unexpected failure ({failure.GetType().Name}): {message}");
            return ExitCode.Failed;
        }
        finally
        {
            context.Screen.Flush();
        }
    }

    private static int ReportMistakes(ParseResult parsed, CliContext context)
    {
        // What follows an unknown option is misread, and would only be told beside it.
        var unknown = UnknownOptions.In(parsed);
        foreach (var mistake in unknown.Count > 0 ? unknown.Select(option => $"Unknown option {option}") : parsed.Errors.Select(error => Mistakes.Plain(error.Message)))
        {
            context.Screen.Error(mistake);
        }

        var path = CommandPath(parsed.CommandResult.Command);
        context.Screen.ErrorLine(context.AsStarted($"See '{path} -h'."));
        context.Screen.Flush();
        return ExitCode.InputWrong;
    }

    private static string CommandPath(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{CommandPath(parent)} {command.Name}" : "sky";
}

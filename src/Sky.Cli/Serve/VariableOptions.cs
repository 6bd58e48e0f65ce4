using System.CommandLine;

namespace Sky.Cli.Serve;

/// <summary><c>--env</c>, <c>--env-file</c>, <c>--secret</c> and <c>--secret-file</c>.</summary>
internal sealed class VariableOptions
{
    private readonly Option<string[]> _env = Many("--env", "KEY=VALUE", "A variable of the file's envs; KEY alone takes your own variable.");
    private readonly Option<string[]> _envFile = Many("--env-file", "FILE", "A dotenv file of variables, which also fill the file's secrets.");
    private readonly Option<string[]> _secret = Many("--secret", "KEY=VALUE", "A variable that is never shown; KEY alone takes your own variable.");
    private readonly Option<string[]> _secretFile = Many("--secret-file", "FILE", "A dotenv file of secrets.");

    public void AddTo(Command command)
    {
        command.Add(_env);
        command.Add(_envFile);
        command.Add(_secret);
        command.Add(_secretFile);
    }

    public IReadOnlyDictionary<string, string> ReadEnvs(CliContext context, ParseResult parsed) =>
        Read(context, parsed, "--env", _env, [_envFile]);

    public IReadOnlyDictionary<string, string> ReadSecrets(CliContext context, ParseResult parsed) =>
        Read(context, parsed, "--secret", _secret, [_envFile, _secretFile]);

    // A variable given by itself counts before the files, a later file before an earlier one.
    private static Dictionary<string, string> Read(CliContext context, ParseResult parsed, string name, Option<string[]> single, Option<string[]>[] files)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files.SelectMany(option => parsed.GetValue(option) ?? []))
        {
            foreach (var (key, value) in DotenvFile.Read(Path.GetFullPath(file, context.CurrentDirectory)))
            {
                variables[key] = value;
            }
        }

        foreach (var text in parsed.GetValue(single) ?? [])
        {
            var (key, value) = Split(context, name, text);
            variables[key] = value;
        }

        return variables;
    }

    private static (string Key, string Value) Split(CliContext context, string name, string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var key = equals < 0 ? text : text[..equals];
        if (!DotenvFile.IsName(key))
        {
            throw CliException.InputWrong($"{name} takes KEY=VALUE or KEY, where KEY has letters, digits and '_' and begins with no digit. Found the key '{key}'.");
        }

        if (equals >= 0)
        {
            return (key, text[(equals + 1)..]);
        }

        return context.Environment.TryGetValue(key, out var own)
            ? (key, own)
            : throw CliException.InputWrong($"{name} {key}: there is no variable {key} in your environment. Set it, or write {name} {key}=VALUE.");
    }

    private static Option<string[]> Many(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.ZeroOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => Array.ConvertAll([.. result.Tokens], token => token.Value),
    };
}

using System.Globalization;
using Sky.Core;

namespace Sky.Cli.Hosting;

/// <summary>Reads single settings: the option, else the variable; with messages that name both.</summary>
internal sealed class SettingReader(CliContext context, Func<string, string?> option)
{
    /// <summary>The option of a variable: <c>SKY_GATEWAY_LISTEN</c> is <c>--gateway-listen</c>.</summary>
    public static string OptionName(string variable) => "--" + variable["SKY_".Length..].ToLowerInvariant().Replace('_', '-');

    public string? Text(string variable) => option(OptionName(variable)) ?? context.Variable(variable);

    public Uri Url(string variable, string otherwise) => OptionalUrl(variable) ?? new Uri(otherwise);

    public Uri? OptionalUrl(string variable)
    {
        if (Text(variable) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.PathAndQuery == "/")
        {
            return url;
        }

        throw CliException.InputWrong($"{variable} ({OptionName(variable)}) must be a URL such as http://127.0.0.1:30000, without a path. Found: '{text}'");
    }

    /// <summary>An existing file, as an absolute path.</summary>
    public string? File(string variable)
    {
        if (Text(variable) is not { } text)
        {
            return null;
        }

        var path = Path.GetFullPath(text, context.CurrentDirectory);
        return System.IO.File.Exists(path)
            ? path
            : throw CliException.InputWrong($"{variable} ({OptionName(variable)}): there is no file {path}");
    }

    /// <summary><c>off</c>, <c>stdout</c>, or a file, as an absolute path.</summary>
    public string? AccessLog(string variable)
    {
        if (Text(variable) is not { } text || text is "off" or "stdout")
        {
            return Text(variable);
        }

        var path = Path.GetFullPath(text, context.CurrentDirectory);
        return Directory.Exists(path)
            ? throw CliException.InputWrong($"{variable} ({OptionName(variable)}) must be off, stdout, or a file. Found the folder: '{text}'")
            : path;
    }

    /// <summary>A whole number of seconds, 0 to 86400.</summary>
    public int Seconds(string variable, int otherwise)
    {
        const int Day = 86_400;
        if (Text(variable) is not { } text)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= Day
            ? seconds
            : throw CliException.InputWrong($"{variable} ({OptionName(variable)}) must be a whole number of seconds, 0 to {Day}. Found: '{text}'");
    }

    /// <summary>A size in bytes, or with K, M or G for the powers of 1024: 1 KiB to 1 GiB.</summary>
    public long Bytes(string variable, long otherwise)
    {
        const long Least = 1 << 10;
        const long Most = 1 << 30;
        if (Text(variable) is not { } text)
        {
            return otherwise;
        }

        var unit = text.Length == 0 ? 0 : "KMG".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal) + 1;
        var known = long.TryParse(unit > 0 ? text.AsSpan(0, text.Length - 1) : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return known && number <= Most >> (10 * unit) && number << (10 * unit) >= Least
            ? number << (10 * unit)
            : throw CliException.InputWrong($"{variable} ({OptionName(variable)}) must be a size from 1K to 1G, such as 32M. Found: '{text}'");
    }

    public bool Flag(string variable) => Text(variable)?.ToLowerInvariant() switch
    {
        null or "0" or "false" or "no" => false,
        "1" or "true" or "yes" => true,
        var other => throw CliException.InputWrong($"{variable} ({OptionName(variable)}) must be 1 or 0. Found: '{other}'"),
    };

    /// <summary>What reads several settings itself, and begins what it says of a wrong one with its name.</summary>
    public T Checked<T>(Func<Func<string, string?>, T> read)
    {
        try
        {
            return read(Text);
        }
        catch (FormatException wrong)
        {
            var variable = wrong.Message.Split(' ', 2)[0];
            throw CliException.InputWrong($"{variable} ({OptionName(variable)}) {wrong.Message[(variable.Length + 1)..]}");
        }
    }

    /// <summary>Only the SQLite file of the home is there in this build.</summary>
    public void CheckStore(SkyHome home)
    {
        if (Text("SKY_STORE") is not { } store || store == $"sqlite:{home.Database}" || store == "sqlite:$SKY_HOME/state.db")
        {
            return;
        }

        throw CliException.InputWrong(store.StartsWith("postgres", StringComparison.Ordinal)
            ? "SKY_STORE (--store): PostgreSQL is not available yet; this build keeps its state in $SKY_HOME/state.db."
            : $"SKY_STORE (--store) must be sqlite:{home.Database} in this build. Found: '{store}'");
    }
}

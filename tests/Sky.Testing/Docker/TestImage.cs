using System.Diagnostics;
using System.Formats.Tar;
using System.Net.Http.Headers;
using System.Text;

namespace Sky.Testing.Docker;

/// <summary>A small image made of this machine's programs and the libraries they load, since tests pull nothing.</summary>
public sealed class TestImage
{
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;
    private const UnixFileMode Open = (UnixFileMode)0b111_111_111;

    /// <summary>The shell, what scripts of tests use, and perl, which serves HTTP in them.</summary>
    public static IReadOnlyList<string> UsualPrograms { get; } =
    [
        "bash", "sh", "sleep", "cat", "echo", "mkdir", "id", "ls", "true", "false", "env", "touch", "rm", "pwd", "grep", "head", "hostname", "dd", "perl",
    ];

    /// <summary>The root file system as a tar.</summary>
    public required byte[] Layer { get; init; }

    /// <summary>Gathers the programs; those in <paramref name="files"/> are added at their paths (such as <c>srv/serve.pl</c>), executable.</summary>
    public static async Task<TestImage> BuildAsync(IReadOnlyList<string> programs, IReadOnlyDictionary<string, string>? files = null)
    {
        using var buffer = new MemoryStream();
        await using (var tar = new TarWriter(buffer, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (path, mode) in new[] { ("bin/", Executable), ("usr/", Executable), ("tmp/", Open | UnixFileMode.StickyBit), ("root/", Executable), ("etc/", Executable), ("srv/", Executable) })
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, path) { Mode = mode });
            }

            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "usr/bin") { LinkName = "../bin" });
            await AddTextAsync(tar, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n", Executable);
            await AddTextAsync(tar, "etc/group", "root:x:0:\nnogroup:x:65534:\n", Executable);
            await AddProgramsAsync(tar, programs);
            foreach (var (path, text) in files ?? new Dictionary<string, string>())
            {
                await AddTextAsync(tar, path, text, Executable);
            }
        }

        return new TestImage { Layer = buffer.ToArray() };
    }

    /// <summary>Puts it into the daemon under this name, such as <c>sky-test:1</c>.</summary>
    /// <param name="api">The daemon's API.</param>
    /// <param name="reference">Repository and tag.</param>
    /// <param name="changes">Lines of a Dockerfile, such as <c>CMD ["sh"]</c>.</param>
    public async Task ImportAsync(DockerApi api, string reference, params string[] changes)
    {
        using var content = new ByteArrayContent(Layer);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        var colon = reference.LastIndexOf(':');
        var lines = string.Concat(changes.Select(change => $"&changes={Uri.EscapeDataString(change)}"));
        await api.PostAsync($"/images/create?fromSrc=-&repo={reference[..colon]}&tag={reference[(colon + 1)..]}{lines}", content);
    }

    private static async Task AddProgramsAsync(TarWriter tar, IReadOnlyList<string> programs)
    {
        var libraries = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var program in programs)
        {
            var path = Find(program);
            await AddFileAsync(tar, $"bin/{program}", path);
            libraries.UnionWith(await LibrariesAsync(path));
        }

        if (programs.Contains("perl"))
        {
            // Debian's perl-base, which every Debian has: sockets and what they need.
            const string modules = "/usr/lib/x86_64-linux-gnu/perl-base";
            var files = Directory.GetFiles(modules, "*", SearchOption.AllDirectories).Where(file => !file.Contains("/unicore/", StringComparison.Ordinal));
            foreach (var file in files)
            {
                await AddFileAsync(tar, file[1..], file);
            }
        }

        foreach (var library in libraries)
        {
            await AddFileAsync(tar, library[1..], library);
        }
    }

    private static string Find(string program) =>
        new[] { "/usr/bin", "/bin", "/usr/sbin", "/sbin" }.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"this machine has no {program}");

    /// <summary>Lines of ldd are <c>name => /path (0x…)</c> or <c>/path (0x…)</c>; a static program has none.</summary>
    private static async Task<IEnumerable<string>> LibrariesAsync(string program)
    {
        using var ldd = Process.Start(new ProcessStartInfo("ldd", [program]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var lines = (await ldd.StandardOutput.ReadToEndAsync()).Split('\n');
        await ldd.WaitForExitAsync();
        return lines.SelectMany(line => line.Split(' ', '\t')).Where(word => word.StartsWith('/'));
    }

    private static Task AddFileAsync(TarWriter tar, string name, string file) =>
        AddAsync(tar, name, File.ReadAllBytes(file), Executable);

    private static Task AddTextAsync(TarWriter tar, string name, string text, UnixFileMode mode) => AddAsync(tar, name, Encoding.UTF8.GetBytes(text), mode);

    private static Task AddAsync(TarWriter tar, string name, byte[] content, UnixFileMode mode) =>
        tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = mode, DataStream = new MemoryStream(content) });
}

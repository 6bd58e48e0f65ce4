using System.Formats.Tar;
using System.Text;
using Sky.Core.Specs;

namespace Sky.Providers.Tests.Engines;

/// <summary>A workdir's archive with what a file mounts, as the command line packs it.</summary>
internal sealed class MountArchive : IDisposable
{
    /// <summary>A folder and files, each with its own kind of path.</summary>
    public static readonly FileMountSpec[] Mounts =
    [
        new("/models/small", "/x", IsFolder: true), new("/etc/app.conf", "/x", IsFolder: false), new("~/notes", "/x", IsFolder: false), new("beside", "/x", IsFolder: false),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-mounts-");

    public MountArchive()
    {
        Path = System.IO.Path.Combine(_folder.FullName, "archive.tar");
        using var tar = new TarWriter(File.Create(Path), TarEntryFormat.Gnu);
        Add(".skyswarm-mounts/0/");
        Add(".skyswarm-mounts/0/weights", "weights\n");
        Add(".skyswarm-mounts/1", "conf\n");
        Add(".skyswarm-mounts/2", "notes\n");
        Add(".skyswarm-mounts/3", "beside\n");
        Add("of-the-workdir", "x\n");

        void Add(string name, string? text = null)
        {
            var entry = new GnuTarEntry(text is null ? TarEntryType.Directory : TarEntryType.RegularFile, name) { Mode = (UnixFileMode)0b111_101_101 };
            if (text is not null)
            {
                entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text));
            }

            tar.WriteEntry(entry);
        }
    }

    public string Path { get; }

    public void Dispose() => _folder.Delete(recursive: true);
}

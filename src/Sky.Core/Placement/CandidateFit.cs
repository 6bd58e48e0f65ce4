using Sky.Core.Catalog;
using Sky.Core.Engines;
using Sky.Core.Images;
using Sky.Core.Specs;

namespace Sky.Core.Placement;

/// <summary>Whether a place meets what one candidate of a file asks for.</summary>
internal sealed class CandidateFit
{
    // Smaller machines are cheaper still, and too small for a container engine with a server in it.
    private const double UsualCpus = 2;
    private const double UsualMemoryOfCpu = 2;

    private readonly ResourceCandidate _asked;
    private readonly TaskSpec? _task;
    private readonly bool _runsInImage;

    // What is bought: where no size, or only one of the two, is named, the usual one.
    private readonly ResourceAmount? _boughtCpus;
    private readonly ResourceAmount? _boughtMemory;

    public CandidateFit(ResourceCandidate asked, AcceleratorMatch accelerators, TaskSpec? task)
        : this(asked, accelerators, task, usualSize: asked.Accelerator is null && asked.InstanceType is null)
    {
    }

    private CandidateFit(ResourceCandidate asked, AcceleratorMatch accelerators, TaskSpec? task, bool usualSize)
    {
        (_asked, Accelerators, _task) = (asked, accelerators, task);
        _runsInImage = task is not null && ReplicaImage.IsNamed(task, asked);
        _boughtCpus = asked.Cpus ?? (usualSize && asked.Memory is null ? new ResourceAmount(UsualCpus, AtLeast: true) : null);
        _boughtMemory = asked.Memory ?? (usualSize && _boughtCpus is { } cpus ? new ResourceAmount(cpus.Value * UsualMemoryOfCpu, AtLeast: true) : null);
    }

    public AcceleratorMatch Accelerators { get; }

    /// <summary>The file leaves a size open, and the usual one is looked for first.</summary>
    public bool HasUsualSize => _boughtCpus != _asked.Cpus || _boughtMemory != _asked.Memory;

    /// <summary>For where no cloud sells machines of the usual size.</summary>
    public CandidateFit InAnySize() => new(_asked, Accelerators, _task, usualSize: false);

    public bool Fits(Offering offering) =>
        FitsButForPrice(offering)
        && (_asked.MaxHourlyCost is not { } most || (offering.HourlyCost <= most && offering.Price?.IsBound != false))
        && CanRun(offering);

    /// <summary>All but the price, which is not known well enough to keep the file's limit.</summary>
    public bool FitsButForItsUnknownPrice(Offering offering) =>
        _asked.MaxHourlyCost is { } most && offering.Price?.IsBound == false && (offering.HourlyCost is null || offering.HourlyCost <= most) && FitsButForPrice(offering) && CanRun(offering);

    private bool FitsButForPrice(Offering offering) =>
        Named(_asked.Cloud, offering.Cloud)
        && Named(_asked.Region, offering.Region)
        && !(_asked.Region is null && offering.OnlyByName)
        && FitsZone(offering)
        && Named(_asked.InstanceType, offering.InstanceType)
        && (offering.Owned || _asked.UseSpot == offering.UseSpot)
        && Enough(offering.Owned ? _asked.Cpus : _boughtCpus, offering.Cpus, offering)
        && Enough(offering.Owned ? _asked.Memory : _boughtMemory, offering.Memory, offering)
        && Accelerators.Fits(offering)
        && FitsArchitecture(offering);

    private bool CanRun(Offering offering) =>
        !_runsInImage || EngineName.RunsContainers(offering.Engine)
        || (_task!.Run is not null && string.Equals(_asked.Cloud, offering.Cloud, StringComparison.OrdinalIgnoreCase));

    /// <summary>Where a cloud's zones are not known, the named one may have it.</summary>
    private bool FitsZone(Offering offering) => Named(_asked.Zone, offering.Zone) || (!offering.Owned && offering.Zone is null);

    /// <summary>Most images and programs are built for x86: other processors are bought only where the file names what has them.</summary>
    private bool FitsArchitecture(Offering offering) =>
        offering.Owned || offering.Architecture is null or InstanceType.X86 || _asked.InstanceType is not null || Accelerators.NamesOne;

    private static bool Named(string? asked, string? offered) =>
        asked is null || string.Equals(asked, offered, StringComparison.OrdinalIgnoreCase);

    /// <summary>Of one's own machine a part is taken, so that more is enough; what is bought comes in fixed sizes.</summary>
    private static bool Enough(ResourceAmount? asked, double offered, Offering offering) =>
        asked is not { } amount || (amount.AtLeast || offering.Owned ? offered >= amount.Value : Math.Abs(offered - amount.Value) < 1e-9);
}

using Sky.Core.Images;
using Sky.Core.Specs.Schema;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>The way of a document to a spec: overrides, variables, the field table, then each section.</summary>
internal sealed class SpecAssembler(SpecProblems problems, SpecOptions options)
{
    public ServiceSpec? Assemble(YamlNode.Mapping written)
    {
        var overridden = new Overrides(problems).Apply(written, options.Overrides);
        var variables = new VariableReader(problems, options).Read(overridden);
        var root = Substitution.Apply(overridden, variables);

        new FieldChecker(problems).Check(root, TaskFields.Group, "");
        var serving = new ServingReader(problems, options).Read(root, variables);
        var resources = new ResourcesReader(problems).Read(root);
        var task = new TaskReader(problems, options).Read(root, variables);
        task = task with { Port = new PortRules(problems).MainPort(root, resources, task.TakesPort) };
        new MountCheck(problems).Check(root, options.BaseDirectory);
        new ServiceRules(problems).Check(root, serving, resources);
        new CredentialScan(problems).Scan(overridden);

        var spec = new ServiceSpec
        {
            Name = root["name"].AsPrinted(),
            Serving = serving,
            Task = task,
            Resources = resources,
            Scan = new SecurityReader(problems).Scan(root, task, resources),
            Kept = new KeptFields(problems).Collect(overridden),
        };
        WarnWithoutContainers(root, spec);
        return spec;
    }

    private void WarnWithoutContainers(YamlNode.Mapping root, ServiceSpec spec)
    {
        if (ReplicaImage.IsSure(spec))
        {
            return;
        }
        if (spec.Task.FileMounts.Count > 0)
        {
            problems.Warn(root.Find("file_mounts")!.Line, "file_mounts", "Replicas in containers get these files (`infra: docker`); a process of this machine reads files where they are.");
        }
        if (root["security"] is YamlNode.Mapping security && security.Entries.FirstOrDefault(entry => entry.Key != "scan" && !entry.Value.IsNull) is { } given)
        {
            problems.Warn(given.Line, $"security.{given.Key}", "Replicas in containers are held to this (`infra: docker`); a process of this machine may do what its user may.");
        }
    }
}

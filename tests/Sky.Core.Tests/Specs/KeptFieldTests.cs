using System.Text.Json;
using Sky.Core.Specs;
using Sky.Core.Specs.Reading;

namespace Sky.Core.Tests.Specs;

/// <summary>Fields that nothing acts on yet are held to their shapes all the same: a file that SkyServe refuses is refused here.</summary>
public sealed class KeptFieldTests
{
    private const string Head = "run: serve $PORT\nservice: {replicas: 1}\n";

    private static readonly JsonElement Schema = JsonDocument.Parse(SpecSchema.Generate()).RootElement;

    public static TheoryData<string> Accepted { get; } =
    [
        "file_mounts: {/data: s3://bucket, ~/.config/a.b: 'skypilot:x', ./rel: .}",
        "file_mounts: {/c: {name: ckpt, mode: MOUNT_CACHED, store: s3, persistent: false, type: MODEL_CHECKPOINT_RW, config: {disk_size: 10, mount_cached: {transfers: 4, buffer_size: 64M, vfs_cache_max_age: 1h30m, vfs_write_back: 5s}, mount: {read_only: true}}}}",
        "file_mounts: {/c: {name: n, source: [s3://a, gs://b]}}",
        "envs: {B: bucket}\nfile_mounts: {/data: 's3://${B}'}",
        "storage_mounts: {/c: {source: gs://b}}",
        "volumes: {/a: mine, ~/b: {size: 100Gi}, /c: {size: 5}, /d: {name: x, sub_path: y}}",
        "volume_mounts: [{path: /a, volume_name: v, is_ephemeral: true, volume_config: {any: thing}}]",
        "config: {docker: {run_options: [--ipc=host]}, kubernetes: {pod_config: {spec: {}}, provision_timeout: -1, quota: {}}, nvidia_gpus: {disable_ecc: true}, gcp: {enable_gvnic: true}, active_workspace: w}",
        "config: {hooks: [{run: echo bye, events: [stop, down], timeout: 60}]}",
        "inputs: {s3://a: 1.5}\noutputs: {gs://b: 2}",
        "managed_secrets: [A, {B: {mount_path: /run/b}}]",
        "event_callback: ./tell.sh\napi_server_access: true\n_metadata: {a: 1}\nfile_mounts_mapping: {a: b}",
        "resources: {autostop: 10h}",
        "resources: {autostop: 5}",
        "resources: {autostop: true}",
        "resources: {autostop: {idle_minutes: 5, down: true, wait_for: jobs, hook: echo, hook_timeout: 3}}",
        "resources: {image_id: {us-east-1: ami-1, us-west-2: ami-2}}",
        "resources: {local_disk: nvme:1000+}",
        "resources: {local_disk: '500+'}",
        "resources: {ephemeral_storage: 100GB, accelerator_args: {tpu_vm: true, runtime_version: v2}}",
        "resources: {volumes: [{path: /a, name: d, disk_size: 10GB, storage_type: network, attach_mode: read_write}]}",
    ];

    public static TheoryData<string, string, string> Refused { get; } = new()
    {
        { "file_mounts: [a]", "file_mounts", "must be a mapping" },
        { "file_mounts: {/a/: s3://b}", "file_mounts./a/", "must not end with a slash" },
        { "file_mounts: {/a: s3://b/}", "file_mounts./a", "must not end with a slash" },
        { "file_mounts: {/a: 5}", "file_mounts./a", "/a must be text or a mapping" },
        { "file_mounts: {/a: {}}", "file_mounts./a", "needs `name` or `source`" },
        { "file_mounts: {/a: {nam: x, source: s3://b}}", "file_mounts./a.nam", "did you mean 'name'?" },
        { "file_mounts: {/a: {name: x, mode: MOUNTED}}", "file_mounts./a.mode", "MOUNT, COPY, MOUNT_CACHED" },
        { "file_mounts: {/a: {name: x, store: dropbox}}", "file_mounts./a.store", "not one of" },
        { "file_mounts: {/a: {name: x, persistent: 'yes'}}", "file_mounts./a.persistent", "true or false" },
        { "file_mounts: {/a: {source: [1]}}", "file_mounts./a.source[0]", "text" },
        { "file_mounts: {/a: {name: x, config: {mount_cached: {transfers: 0}}}}", "file_mounts./a.config.mount_cached.transfers", "1 or more" },
        { "file_mounts: {/a: {name: x, config: {mount_cached: {buffer_size: big}}}}", "file_mounts./a.config.mount_cached.buffer_size", "64M" },
        { "storage_mounts: {/a: s3://b}", "storage_mounts./a", "must be a mapping" },
        { "volumes: {data: v}", "volumes.data", "absolute path" },
        { "volumes: {/a: {}}", "volumes./a", "needs `name` or `size`" },
        { "volumes: {/a: {size: big}}", "volumes./a.size", "must be a size" },
        { "volume_mounts: [/a]", "volume_mounts[0]", "must be a mapping" },
        { "config: {dockr: {}}", "config.dockr", "did you mean 'docker'?" },
        { "config: {docker: {image: x}}", "config.docker.image", "unsupported field 'image'" },
        { "config: {kubernetes: {provision_timeout: soon}}", "config.kubernetes.provision_timeout", "whole number" },
        { "config: {hooks: [{events: [stop]}]}", "config.hooks[0]", "'run' is a required property" },
        { "config: {hooks: [{run: x, events: [start]}]}", "config.hooks[0].events[0]", "stop, preemption, down" },
        { "config: {hooks: [{run: ''}]}", "config.hooks[0].run", "must not be empty" },
        { $"config: {{hooks: [{{run: {new string('x', 16385)}}}]}}", "config.hooks[0].run", "16384 characters at most" },
        { "outputs: {s3://a: 1, s3://b: 2}", "outputs", "one entry at most" },
        { "inputs: {s3://a: much}", "inputs.s3://a", "must be a number" },
        { "managed_secrets: [{A: {path: x}}]", "managed_secrets[0].A.path", "unsupported field" },
        { "api_server_access: maybe", "api_server_access", "true or false" },
        { "resources: {autostop: soon}", "resources.autostop", "a duration such as 10h" },
        { "resources: {autostop: {idle: 5}}", "resources.autostop.idle", "did you mean 'idle_minutes'?" },
        { "resources: {autostop: {idle_minutes: -1}}", "resources.autostop.idle_minutes", "0 or more" },
        { "resources: {image_id: {us-east-1: 5}}", "resources.image_id.us-east-1", "text" },
        { "resources: {local_disk: fast}", "resources.local_disk", "nvme:1000+" },
        { "resources: {accelerator_args: {tpu: true}}", "resources.accelerator_args.tpu", "unsupported field" },
        { "resources: {volumes: [{name: d}]}", "resources.volumes[0]", "'path' is a required property" },
        { "resources: {any_of: [{autostop: soon}]}", "resources.any_of[0].autostop", "a duration such as 10h" },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void What_SkyServe_accepts_is_accepted_and_named_in_a_warning(string lines)
    {
        var result = SpecFiles.Read(Head + lines + "\n");

        Assert.Empty(result.Errors);
        Assert.NotEmpty(result.Warnings);
        Assert.Empty(SchemaValidator.Problems(Schema, Json(Head + lines)));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_SkyServe_refuses_is_one_problem_at_its_place(string lines, string path, string words)
    {
        var error = SpecFiles.Error(Head + lines + "\n");

        Assert.Equal((3, path), (error.Line, error.Path));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(SchemaValidator.Problems(Schema, Json(Head + lines)));
    }

    [Theory]
    [InlineData("file_mounts: {/a: ./missing}", "file_mounts./a", "no file or folder ./missing")]
    [InlineData("file_mounts: {/a: {name: n, source: ./missing}}", "file_mounts./a.source", "no file or folder")]
    [InlineData("file_mounts: {s3://bucket: .}", "file_mounts.s3://bucket", "one of the replica")]
    [InlineData("resources: {ephemeral_storage: 1.5}", "resources.ephemeral_storage", "whole number of GB")]
    public void What_is_mounted_must_be_there(string lines, string path, string words)
    {
        var error = SpecFiles.Error(Head + lines + "\n");

        Assert.Equal((3, path), (error.Line, error.Path));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    private static JsonElement Json(string text) => NodeJson.ToElement(TaskDocument.Find(text, false, new())!);
}

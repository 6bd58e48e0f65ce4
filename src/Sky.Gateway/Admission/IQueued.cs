using Sky.Core.Keys;

namespace Sky.Gateway.Admission;

/// <summary>What the fair queue needs to know of a request.</summary>
internal interface IQueued
{
    /// <summary>Who shares: the id of the caller's key.</summary>
    string Key { get; }

    KeyPriority Priority { get; }

    /// <summary>What serving it takes, at least 1.</summary>
    long Work { get; }

    long Bytes { get; }
}

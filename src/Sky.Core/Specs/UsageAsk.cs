namespace Sky.Core.Specs;

/// <summary>What the gateway asks of a streamed chat or completion whose client asks for no usage. It is taken out of the answer again.</summary>
public enum UsageAsk
{
    /// <summary>The usage at the end, as OpenAI's API knows it.</summary>
    Final,

    /// <summary>The usage in every event as well, as vLLM and SGLang know it: a stream that is aborted is charged exactly.</summary>
    Continuous,

    /// <summary>Nothing, for replicas that refuse what they do not know.</summary>
    None,
}

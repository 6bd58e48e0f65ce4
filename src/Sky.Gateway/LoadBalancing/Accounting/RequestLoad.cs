namespace Sky.Gateway.LoadBalancing.Accounting;

/// <summary>What one request puts on its replica, as reckoned when it was sent. Owned by the request's lease.</summary>
/// <param name="uncached">Tokens of the prompt that the replica has to compute.</param>
/// <param name="prompt">Tokens of the whole prompt.</param>
/// <param name="output">Tokens of the answer that are expected.</param>
/// <param name="sent">Timestamp of its sending.</param>
internal struct RequestLoad(int uncached, int prompt, int output, long sent)
{
    public readonly int Uncached => uncached;

    public readonly int Prompt => prompt;

    public readonly int Output => output;

    public readonly long Sent => sent;

    /// <summary>True from its first token on: the prompt is computed, the answer is being written.</summary>
    public bool Answering { get; set; }
}

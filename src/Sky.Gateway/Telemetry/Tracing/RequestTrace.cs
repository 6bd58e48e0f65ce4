using System.Diagnostics;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Routing.Models;
using Sky.Gateway.Telemetry.Metrics;

namespace Sky.Gateway.Telemetry.Tracing;

/// <summary>The span of one request and, below it, one for each attempt, with the attributes of OpenTelemetry's conventions. No header, query, body or secret is one.</summary>
internal sealed class RequestTrace(ActivitySource source, Activity span)
{
    private Activity? _attempt;

    /// <summary>What the replica is told to be called by.</summary>
    public string? Parent => (_attempt ?? span).Id;

    public void Sending(ReplicaTracker replica, int before)
    {
        // Another one answered sooner.
        Finish("overtaken");
        _attempt = source.StartActivity(span.OperationName, ActivityKind.Client, span.Context);
        if (_attempt is not { IsAllDataRequested: true })
        {
            return;
        }

        var address = new Uri(replica.Prefix);
        _attempt.SetTag("server.address", address.Host);
        _attempt.SetTag("server.port", address.Port);
        _attempt.SetTag(TagNames.Replica, replica.Id.Value);
        _attempt.SetTag(TagNames.Version, replica.Version);
        if (before > 0)
        {
            _attempt.SetTag("http.request.resend_count", before);
        }
    }

    public void AttemptEnded(ForwardOutcome outcome, int status)
    {
        if (status > 0)
        {
            _attempt?.SetTag(TagNames.Status, status);
        }

        Finish(outcome is not ForwardOutcome.Completed ? RequestOutcome.Of(outcome) : status >= 400 ? Numbers.Text(status) : null);
    }

    public void End(RequestTelemetry request)
    {
        Finish(null);
        if (span.IsAllDataRequested)
        {
            Describe(request);
        }

        span.Dispose();
    }

    private void Finish(string? error)
    {
        if (_attempt is { } attempt)
        {
            _attempt = null;
            if (error is not null)
            {
                attempt.SetTag(TagNames.Error, error);
                attempt.SetStatus(ActivityStatusCode.Error);
            }

            attempt.Dispose();
        }
    }

    private void Describe(RequestTelemetry request)
    {
        span.DisplayName = request.Operation is { } asked ? $"{asked} {request.KnownModel ?? BoundedNames.Other}"
            : request.Service is { } named ? $"{Words.Method(request.Method)} {named.PathPrefix}" : Words.Method(request.Method);
        span.SetTag(TagNames.Method, Words.Method(request.Method));
        span.SetTag(TagNames.Status, request.Status);
        span.SetTag(TagNames.Scheme, request.IsTls ? "https" : "http");
        span.SetTag("url.path", InferencePath.Of(request.Target).ToString());
        span.SetTag(TagNames.Outcome, request.Outcome);
        span.SetTag("sky.request_id", request.RequestId);
        Set(TagNames.Service, request.Service?.Name.Value);
        Set(TagNames.Key, request.KeyId);
        Set(TagNames.Error, request.Error);
        if (request.Operation is { } operation)
        {
            span.SetTag(TagNames.Operation, operation);
            span.SetTag(TagNames.Provider, TagNames.ProviderName);
            Set(TagNames.Model, request.Model);
            Set(TagNames.ResponseModel, request.ResponseModel);
        }

        if (request.Settlement is { } used)
        {
            span.SetTag("gen_ai.usage.input_tokens", used.Usage.Prompt);
            span.SetTag("gen_ai.usage.output_tokens", used.Usage.Completion);
        }

        if (request.Outcome is RequestOutcome.Failed || request.Status >= 500)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    private void Set(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            span.SetTag(name, value);
        }
    }
}

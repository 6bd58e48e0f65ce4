using System.Net;
using System.Net.Http.Json;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;
using Sky.Node.Enrolment;
using Sky.Node.Hosting;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Nodes;

/// <summary>How machines become nodes, over real sockets.</summary>
public sealed class EnrolmentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_machine_enrols_with_a_token_and_gets_its_certificate_and_how_to_join()
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        var token = await bed.Enrolments.CreateTokenAsync(EnrolmentBed.Node, NodeRole.Manager, Cancel);
        var (membership, join) = await bed.EnrolAsync(token, expected: EnrolmentBed.Node, cancellationToken: Cancel);

        Assert.Equal((EnrolmentBed.Node.Cluster, EnrolmentBed.Node.Node, NodeRole.Manager), (membership.Cluster, membership.Node, membership.Role));
        Assert.Equal(("SWMTKN-1", JoinKind.Join), (join!.Token, join.Kind));
        var own = bed.Credentials().Current!;
        Assert.Equal(new CertificateRole.Node(EnrolmentBed.Node), NodeTrust.RoleOf(own.Certificate, own.Ca, NodeTrust.ServerUse, bed.Time.GetUtcNow()));
        Assert.InRange(own.Certificate.NotAfter - own.Certificate.NotBefore, TimeSpan.FromDays(29), TimeSpan.FromDays(31));
        Assert.Equal(NodeRole.Manager, (await bed.Store.FindNodeAsync(EnrolmentBed.Node, Cancel))!.Node.Role);
        Assert.DoesNotContain(bed.Log.Lines, line => line.Contains(token.Secret, StringComparison.Ordinal) || line.Contains("SWMTKN", StringComparison.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(bed.NodeHome().NodeCertificate));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(bed.Controller.CaKey));
        Assert.DoesNotContain("SWMTKN", File.ReadAllText(bed.NodeHome().NodeMembership), StringComparison.Ordinal);

        // A later start needs neither token nor controller.
        Assert.Null((await bed.EnrolAsync(null, controller: new Uri("https://127.0.0.1:1"), cancellationToken: Cancel)).Join);
    }

    [Fact]
    public async Task A_token_is_good_once()
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        var token = await bed.Enrolments.CreateTokenAsync(EnrolmentBed.Node, NodeRole.Worker, Cancel);
        await bed.EnrolAsync(token, cancellationToken: Cancel);
        var refused = await Assert.ThrowsAsync<EnrolmentException>(() => bed.EnrolAsync(token, "other", cancellationToken: Cancel));
        Assert.Contains("used already", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Secret, refused.Message, StringComparison.Ordinal);
        Assert.Contains(bed.Log.Lines, line => line.Contains(token.Id, StringComparison.Ordinal) && line.Contains("Used", StringComparison.Ordinal));
        Assert.DoesNotContain(bed.Log.Lines, line => line.Contains(token.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_that_come_at_once_one_gets_in()
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        var token = await bed.Enrolments.CreateTokenAsync(EnrolmentBed.Node, NodeRole.Worker, Cancel);
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            try
            {
                await bed.EnrolAsync(token, $"m{i}", cancellationToken: Cancel);
                return 1;
            }
            catch (EnrolmentException)
            {
                return 0;
            }
        }));
        Assert.Equal(1, both.Sum());
    }

    [Fact]
    public async Task A_token_expires()
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        var token = await bed.Enrolments.CreateTokenAsync(EnrolmentBed.Node, NodeRole.Worker, Cancel);
        bed.Time.Advance(EnrolmentRules.Lifetime);
        Assert.Contains("expired", (await Assert.ThrowsAsync<EnrolmentException>(() => bed.EnrolAsync(token, cancellationToken: Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_for_one_node()
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        var token = await bed.Enrolments.CreateTokenAsync(EnrolmentBed.Node, NodeRole.Worker, Cancel);
        var other = EnrolmentBed.Node with { Node = new NodeName("n2") };
        Assert.Contains("another node", (await Assert.ThrowsAsync<EnrolmentException>(() => bed.EnrolAsync(token, expected: other, cancellationToken: Cancel))).Message, StringComparison.Ordinal);
        Assert.Null(await bed.Store.FindNodeAsync(EnrolmentBed.Node, Cancel));
    }

    [Fact]
    public async Task A_machine_whose_answer_was_lost_asks_again_and_gets_the_same_certificate()
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        var token = await bed.Enrolments.CreateTokenAsync(EnrolmentBed.Node, NodeRole.Worker, Cancel);
        await bed.EnrolAsync(token, cancellationToken: Cancel);
        var first = bed.Credentials().Current!.Certificate.SerialNumber;

        // As if it had been killed before it had written anything but its key.
        var home = bed.NodeHome();
        using (var key = bed.Credentials().Current!.Certificate.PublicKey.GetECDsaPublicKey())
        {
            var pem = File.ReadAllText(home.NodeCertificate);
            File.WriteAllText(home.NodeEnrolmentKey, pem[pem.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)..]);
        }

        File.Delete(home.NodeMembership);
        File.Delete(home.NodeCertificate);
        var (_, join) = await bed.EnrolAsync(token, cancellationToken: Cancel);
        Assert.Equal(first, bed.Credentials().Current!.Certificate.SerialNumber);
        Assert.Equal("SWMTKN-1", join!.Token);
    }

    [Fact]
    public async Task While_the_cluster_cannot_tell_how_to_join_the_machine_waits_and_its_token_is_not_lost()
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        bed.Clusters.Silent = true;
        var token = await bed.Enrolments.CreateTokenAsync(EnrolmentBed.Node, NodeRole.Worker, Cancel);
        var enrolling = bed.EnrolAsync(token, cancellationToken: Cancel);
        await GatewayTestBed.UntilAsync(() => bed.Log.Lines.Any(line => line.Contains("no manager answers", StringComparison.Ordinal)));
        bed.Clusters.Silent = false;
        await GatewayTestBed.UntilAsync(() =>
        {
            bed.Time.Advance(TimeSpan.FromSeconds(1));
            return enrolling.IsCompleted;
        });
        Assert.Equal("SWMTKN-1", (await enrolling).Join!.Token);
    }

    [Fact]
    public async Task The_token_is_not_sent_to_who_is_not_the_controller()
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        await using var other = await new EnrolmentBed().StartAsync(Cancel);
        var token = await bed.Enrolments.CreateTokenAsync(EnrolmentBed.Node, NodeRole.Worker, Cancel);
        var refused = await Assert.ThrowsAsync<EnrolmentException>(() => bed.EnrolAsync(token, controller: other.Address, cancellationToken: Cancel));
        Assert.Contains("was not sent", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Log.Lines, line => line.Contains("enrolment", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_program_is_given_to_who_asks_for_it_and_nothing_else_of_this_machine()
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        using var anybody = new HttpClient(new SocketsHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true }, UseProxy = false });
        Assert.Equal(EnrolmentBed.Program, await anybody.GetStringAsync(new Uri(bed.Address, "/sky"), Cancel));
        foreach (var path in new[] { "/", "/sky/", "/sky/../pki/ca.key", "/SKY", "/sky?x" })
        {
            using var other = await anybody.GetAsync(new Uri(bed.Address, path), Cancel);
            Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        }
    }

    [Fact]
    public async Task A_node_renews_its_certificate_at_two_thirds_of_its_time_and_a_removed_one_does_not()
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        await bed.EnrolAsync(await bed.Enrolments.CreateTokenAsync(EnrolmentBed.Node, NodeRole.Worker, Cancel), cancellationToken: Cancel);
        using var link = bed.Link();
        var credentials = bed.Credentials();
        var first = credentials.Current!.Certificate;
        using var renewal = new CertificateRenewal(new NodeOptions { Home = bed.NodeHome() }, credentials, link, bed.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<CertificateRenewal>.Instance);
        bed.Time.Advance(TimeSpan.FromDays(19));
        Assert.Null(await renewal.RenewAsync(Cancel));
        bed.Time.Advance(TimeSpan.FromDays(2));
        Assert.NotNull(await renewal.RenewAsync(Cancel));
        Assert.NotEqual(first.GetPublicKeyString(), credentials.Current!.Certificate.GetPublicKeyString());
        Assert.True(credentials.Current.Certificate.NotAfter > first.NotAfter);

        await bed.Enrolments.RemoveAsync(EnrolmentBed.Node, Cancel);
        bed.Time.Advance(TimeSpan.FromDays(21));
        bed.Authority.RenewOwn();
        await Assert.ThrowsAsync<EnrolmentException>(() => renewal.RenewAsync(Cancel));
        await Assert.ThrowsAsync<EnrolmentException>(() => link.JoinAsync(Cancel));
        await Assert.ThrowsAsync<EnrolmentException>(() => link.NoticeAsync(new NodeNotice { Kind = NodeNoticeKind.AtRisk }, Cancel));
    }

    [Fact]
    public async Task Controller_and_gateway_have_certificates_that_are_renewed()
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        var gateway = new NodeCredentials(bed.Controller.GatewayCertificate, bed.Controller.CaCertificate);
        var first = gateway.Current!.Certificate.SerialNumber;
        bed.Authority.RenewOwn();
        Assert.Equal(first, gateway.Current.Certificate.SerialNumber);
        bed.Time.Advance(TimeSpan.FromDays(21));
        bed.Authority.RenewOwn();
        Assert.NotEqual(first, gateway.Current!.Certificate.SerialNumber);
        Assert.IsType<CertificateRole.Gateway>(NodeTrust.RoleOf(gateway.Current.Certificate, gateway.Current.Ca, NodeTrust.ClientUse, bed.Time.GetUtcNow()));
        Assert.Null(NodeTrust.RoleOf(gateway.Current.Certificate, gateway.Current.Ca, NodeTrust.ServerUse, bed.Time.GetUtcNow()));
    }

    [Theory]
    [InlineData("POST", "renew", HttpStatusCode.Forbidden)]
    [InlineData("POST", "join", HttpStatusCode.Forbidden)]
    [InlineData("POST", "notice", HttpStatusCode.Forbidden)]
    [InlineData("GET", "enrol", HttpStatusCode.NotFound)]
    [InlineData("GET", "api/v1/services", HttpStatusCode.NotFound)]
    [InlineData("GET", "", HttpStatusCode.NotFound)]
    [InlineData("POST", "enrol", HttpStatusCode.BadRequest)]
    [InlineData("GET", "ca", HttpStatusCode.OK)]
    public async Task Who_has_no_certificate_may_enrol_and_nothing_else(string method, string path, HttpStatusCode expected)
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        using var client = Anybody(bed);
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? new StringContent("{}") : null };
        using var response = await client.SendAsync(request, Cancel);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Enrolments_are_bounded_in_size_and_number()
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        using var client = Anybody(bed);

        // The body waits for leave to come: a server that refuses it closes the connection, whatever is still being sent.
        using var request = new HttpRequestMessage(HttpMethod.Post, "enrol") { Content = new StringContent(new string(' ', 100 << 10)), Headers = { ExpectContinue = true } };
        using var large = await client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++)
        {
            using var wrong = await client.PostAsJsonAsync("enrol", new EnrolRequest { Id = "0011223344556677", Secret = "x", Request = CertificateRequests.Make(TestPki.Key()) }, NodeJson.Default.EnrolRequest, Cancel);
            answers.Add(wrong.StatusCode);
        }

        Assert.Contains(HttpStatusCode.Forbidden, answers);
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----")]
    public async Task A_request_that_is_none_is_told_so(string request)
    {
        await using var bed = await new EnrolmentBed().StartAsync(Cancel);
        var token = await bed.Enrolments.CreateTokenAsync(EnrolmentBed.Node, NodeRole.Worker, Cancel);
        using var client = Anybody(bed);
        using var wrong = await client.PostAsJsonAsync("enrol", new EnrolRequest { Id = token.Id, Secret = token.Secret, Request = request }, NodeJson.Default.EnrolRequest, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Null((await bed.Store.FindEnrolmentAsync(token.Id, Cancel))!.Enrolment.UsedAt);
    }

    [Theory]
    [InlineData(JoinKind.Join, "POST /swarm/join", "SWMTKN-1")]
    [InlineData(JoinKind.Init, "POST /swarm/init", "10.0.0.9")]
    public async Task The_agent_has_the_daemon_join(JoinKind kind, string call, string part)
    {
        var join = new JoinAnswer { Kind = kind, Token = "SWMTKN-1", Managers = ["10.0.0.1:2377"], AdvertiseAddress = "10.0.0.9" };
        await using var bed = new AgentBed();
        bed.Docker.SwarmState = "inactive";
        await bed.StartAsync(join);
        await GatewayTestBed.UntilAsync(() => !bed.Docker.Calls.IsEmpty);
        var made = Assert.Single(bed.Docker.Calls);
        Assert.Equal(call, made.Call);
        Assert.Contains(part, made.Body, StringComparison.Ordinal);
        await GatewayTestBed.UntilAsync(() => bed.Log.Lines.Any(line => line.Contains("part of the cluster (", StringComparison.Ordinal)));
        Assert.DoesNotContain(bed.Log.Lines, line => line.Contains("SWMTKN", StringComparison.Ordinal));
    }

    private static HttpClient Anybody(EnrolmentBed bed) => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        Expect100ContinueTimeout = TimeSpan.FromMinutes(2),
    })
    {
        BaseAddress = bed.Address,
    };
}

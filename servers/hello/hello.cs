#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
#:property UseAppHost=false
#:property InvariantGlobalization=true
#:property ServerGarbageCollection=false
#:property ConcurrentGarbageCollection=false

// Says which replica answers, so that balancing, scaling and updates can be watched with curl.
var replica = Environment.GetEnvironmentVariable("SKYPILOT_SERVE_REPLICA_ID") ?? "?";
var version = Environment.GetEnvironmentVariable("SKY_VERSION") ?? "?";
var greeting = Environment.GetEnvironmentVariable("GREETING") ?? "Hello";

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var app = builder.Build();

app.MapGet("/", () => $"{greeting} from replica {replica} of version {version}\n");
app.MapGet("/health", () => "ok\n");

var port = Environment.GetEnvironmentVariable("SKY_PORT") ?? "?";
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"Hello replica {replica} listens on port {port}"));

app.Run();

using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Routing.Models;

/// <summary>All model names and where they lead; made anew when the services change.</summary>
internal sealed class ModelIndex(EndpointTable table)
{
    private readonly Lock _making = new();
    private volatile ModelDirectory _current = new(ServiceDirectory.Empty);

    public ModelDirectory Current
    {
        get
        {
            var current = _current;
            return ReferenceEquals(current.Services, table.Current) ? current : Make();
        }
    }

    private ModelDirectory Make()
    {
        lock (_making)
        {
            var services = table.Current;
            if (!ReferenceEquals(_current.Services, services))
            {
                _current = new ModelDirectory(services);
            }

            return _current;
        }
    }
}

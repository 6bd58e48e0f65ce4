using Sky.Core.Store;
using Sky.Testing.Store;

namespace Sky.SystemTests.Store;

public sealed class InMemoryStoreTests : StoreContract
{
    protected override Task<IStore> CreateAsync() => Task.FromResult<IStore>(new InMemoryStore());
}

using System.Collections;

namespace Sky.Core.Tests.Placement;

/// <summary>Counts how often its items are looked at.</summary>
internal sealed class CountedList<T>(IReadOnlyList<T> items) : IReadOnlyList<T>
{
    public int Looks { get; private set; }

    public int Count => items.Count;

    public T this[int index]
    {
        get
        {
            Looks++;
            return items[index];
        }
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < items.Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

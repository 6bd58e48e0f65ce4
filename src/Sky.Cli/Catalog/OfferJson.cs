using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sky.Core.Catalog;

namespace Sky.Cli.Catalog;

/// <summary>Offers as <c>-o json</c> prints them: an array, one element for each type in each region.</summary>
internal static class OfferJson
{
    public static string Of(IEnumerable<PricedOffer> offers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (var offer in offers)
            {
                Write(json, offer);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, PricedOffer offer)
    {
        json.WriteStartObject();
        json.WriteString("cloud", offer.Cloud);
        json.WriteString("region", offer.Region);
        json.WriteStartArray("zones");
        foreach (var zone in offer.Zones)
        {
            json.WriteStringValue(zone);
        }

        json.WriteEndArray();
        json.WriteBoolean("zonesKnown", offer.Zones.Count > 0);
        json.WriteString("instanceType", offer.Type.Name);
        json.WriteNumber("cpus", offer.Type.Cpus);
        json.WriteNumber("memoryGb", offer.Type.Memory);
        json.WriteString("architecture", offer.Type.Architecture);
        json.WriteString("gpu", offer.Type.Accelerator);
        json.WriteNumber("gpuCount", offer.Type.AcceleratorCount);
        if (offer.Type.AcceleratorMemory is { } memory)
        {
            json.WriteNumber("gpuMemoryGb", memory);
        }
        else
        {
            json.WriteNull("gpuMemoryGb");
        }

        json.WriteStartObject("onDemand");
        json.WriteBoolean("sold", offer.Type.OnDemand);
        PriceText.Write(json, offer.OnDemand);
        json.WriteEndObject();
        json.WriteStartArray("spot");
        foreach (var (zone, price) in offer.Spot)
        {
            json.WriteStartObject();
            json.WriteString("zone", zone);
            PriceText.Write(json, price);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

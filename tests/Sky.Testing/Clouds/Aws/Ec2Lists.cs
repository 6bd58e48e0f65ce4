using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sky.Testing.Clouds.Aws;

/// <summary>What was just made is missing in the next lists, as EC2's eventual consistency has it; and why instances ended, which moto does not know.</summary>
internal sealed partial class Ec2Lists
{
    private static readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal)
    {
        ["Instances"] = "instanceId", ["Vpcs"] = "vpcId", ["InternetGateways"] = "internetGatewayId", ["Subnets"] = "subnetId", ["SecurityGroups"] = "groupId",
    };

    private static readonly Dictionary<string, string> _made = new(StringComparer.Ordinal)
    {
        ["RunInstances"] = "instanceId", ["CreateVpc"] = "vpcId", ["CreateInternetGateway"] = "internetGatewayId", ["CreateSubnet"] = "subnetId", ["CreateSecurityGroup"] = "groupId",
    };

    private readonly Dictionary<string, int> _hidden = [];

    /// <summary>How many lists what is made from now on is missing in.</summary>
    public int Lag { get; set; }

    /// <summary>EC2's codes of why instances ended, by id.</summary>
    public Dictionary<string, string> Reasons { get; } = [];

    public void Made(string action, string answer)
    {
        if (Lag > 0 && _made.TryGetValue(action, out var name) && Elements(XDocument.Parse(answer), name).FirstOrDefault() is { } id)
        {
            _hidden[id.Value] = Lag;
        }
    }

    public string Shown(string action, string answer)
    {
        if (action == "DescribeImages")
        {
            return Day().Replace(Creation().Replace(answer, ""), "<name>$1$2$3$4$5</name><creationDate>$2-$3-$4T00:00:00.000Z</creationDate>");
        }

        if (!action.StartsWith("Describe", StringComparison.Ordinal) || !_ids.TryGetValue(action["Describe".Length..], out var name) || (_hidden.Count == 0 && Reasons.Count == 0))
        {
            return answer;
        }

        var document = XDocument.Parse(answer);
        foreach (var id in Elements(document, name).ToList())
        {
            if (_hidden.TryGetValue(id.Value, out var left) && left > 0)
            {
                _hidden[id.Value] = left - 1;
                // An instance stands in a reservation of its own.
                id.Ancestors().Last(ancestor => ancestor.Name.LocalName == "item").Remove();
            }
            else if (name == "instanceId" && Reasons.TryGetValue(id.Value, out var code))
            {
                var space = id.Name.Namespace;
                id.Parent!.Elements(space + "stateReason").Remove();
                id.Parent.Add(new XElement(space + "stateReason", new XElement(space + "code", code), new XElement(space + "message", code + ": said by the test")));
            }
        }

        return document.ToString(SaveOptions.DisableFormatting);
    }

    private static IEnumerable<XElement> Elements(XDocument document, string name) =>
        document.Descendants().Where(element => element.Name.LocalName == name && (element.Parent!.Name.LocalName != "item" || IsOwn(element.Parent)) && element.Parent.Name.LocalName != "attachment");

    /// <summary>Not that of a part, such as the group of an instance or a network interface's instance.</summary>
    private static bool IsOwn(XElement item) => item.Parent!.Name.LocalName is "instancesSet" or "vpcSet" or "internetGatewaySet" or "subnetSet" or "securityGroupInfo";

    [GeneratedRegex("<name>([^<]*?)(20[0-9]{2})([0-9]{2})([0-9]{2})([^<]*)</name>")]
    private static partial Regex Day();

    [GeneratedRegex("<creationDate>[^<]*</creationDate>")]
    private static partial Regex Creation();
}

using Sky.CatalogBuilder;

// Makes src/Sky.Core/Catalog/Data from recorded facts. See README.md beside this file.
if (args is not [var facts, var ec2])
{
    await Console.Error.WriteLineAsync("usage: Sky.CatalogBuilder PRICES-FOLDER EC2-URL");
    return 2;
}

var here = Repository.Folder("tools/Sky.CatalogBuilder");
var data = Repository.Folder("src/Sky.Core/Catalog/Data");
CatalogFile.Write(data, await AwsFacts.ReadAsync(new Uri(ec2), facts, here));
CatalogFile.Write(data, AzureFacts.Read(facts, here));
return 0;

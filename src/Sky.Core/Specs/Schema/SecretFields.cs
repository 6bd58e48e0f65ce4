namespace Sky.Core.Specs.Schema;

/// <summary>A secret whose value is held elsewhere.</summary>
internal static class SecretFields
{
    public static FieldGroup Group { get; } = new("secrets.NAME", "A secret whose value is held elsewhere.",
    [
        new("from", FieldTypes.Text, "Who holds it: env and file are read where the command runs, the others by the controller.")
        {
            Required = true, Choices = ["env", "file", "aws-secretsmanager", "azure-keyvault"], Example = "env",
        },
        new("name", FieldTypes.Text, "What it is called there; by default NAME."),
        new("path", FieldTypes.Text, "The file, for file."),
        new("key", FieldTypes.Text, "The member to take, where the value is a JSON object."),
        new("version", FieldTypes.Scalar, "The provider's own version of it; by default the present one."),
        new("vault", FieldTypes.Text, "The key vault's name or address, for azure-keyvault."),
        new("region", FieldTypes.Text, "The region, for aws-secretsmanager."),
    ]);
}

using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using Traceability.Documents;
using Traceability.Ledger;

namespace Traceability;

/// <summary>The API described by itself: OpenAPI 3.1 at <c>/openapi/v1.json</c>, and pages to read it at <c>/docs</c>.</summary>
public static class ApiDescription
{
    private const string Introduction =
        "An event-sourced ledger for mineral supply chains. Whoever submits chooses the id and puts: the same submission repeated is the same entry and the same answer. "
        + "Times are ISO 8601 with their offset, masses kilograms. Refusals are problem documents (RFC 9457) whose `type` ends in a code that is never renamed.\n\n"
        + "A request that carries the sign-in cookie and changes something also sends `X-Requested-With: traceability`, unless the browser itself says that it comes from our own pages.";

    /// <summary>A body for each operation that takes one, as the tests send them.</summary>
    private static readonly JsonObject Examples = Shipped("examples.json");

    /// <summary>Of each operation what it answered the tests, by status; and under <c>*</c> one problem of each status.</summary>
    private static readonly JsonObject Answered = Shipped("answers.json");

    private static JsonObject Shipped(string name) => JsonNode.Parse(typeof(ApiDescription).Assembly.GetManifestResourceStream($"Traceability.{name}")!)!.AsObject();

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddSchemaTransformer(Describe);
        options.AddOperationTransformer(Describe);
        options.AddDocumentTransformer(Describe);
    });

    public static void MapApiDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi().AllowAnonymous();
        routes.MapScalarApiReference("/docs", Read).AllowAnonymous();
    }

    /// <summary>The reader's one inline script is let through by a number used once; it styles itself, and it may ask nobody but us.</summary>
    private static void Read(ScalarOptions options, HttpContext context)
    {
        var nonce = RandomNumberGenerator.GetHexString(32, lowercase: true);
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";
        options.WithTitle("Traceability API").WithNonce(nonce).DisableDefaultFonts().DisableAgent().DisableMcp().DisableTelemetry();
        options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
    }

    private static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(DateTimeOffset))
            schema.Type = type == context.JsonTypeInfo.Type ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
        if (type == typeof(decimal))
            schema.Format = null;
        // What is not disclosed is left out of an answer as well.
        foreach (var member in context.JsonTypeInfo.Properties.Where(p => p.IsSetNullable || p.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), inherit: true) == true))
            schema.Required?.Remove(member.Name);
        return Task.CompletedTask;
    }

    private static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var path = context.Description.RelativePath!.Split('/');
        operation.Tags = new HashSet<OpenApiTagReference> { new(path[0] == "api" ? path[1] : path[0]) };
        operation.Parameters ??= [];
        foreach (var asked in operation.Parameters.OfType<OpenApiParameter>())
            asked.Name = JsonNamingPolicy.CamelCase.ConvertName(asked.Name!);
        // Commands take their ids from the address without naming them as parameters.
        foreach (var id in path.Where(p => p.StartsWith('{')).Select(p => p.Trim('{', '}').Split(':')[0]).Where(name => operation.Parameters.All(p => p.Name != name)).ToList())
            operation.Parameters.Add(Parameter(id, ParameterLocation.Path, "uuid"));
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ChangesWhatStands>().Any())
            operation.Parameters.Add(Parameter("If-Match", ParameterLocation.Header, null, "The entity tag that the change was made from, or * for whatever stands."));
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<SendsFile>().Any())
            operation.RequestBody = File();
        if (path[0] == "api")
            Guard(operation, context);
        foreach (var said in context.Description.ActionDescriptor.EndpointMetadata.OfType<Answers>())
        {
            var answer = (OpenApiResponse)operation.Responses!["200"];
            answer.Headers ??= new Dictionary<string, IOpenApiHeader>();
            answer.Headers[said.Header] = new OpenApiHeader { Description = said.Description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }
        return Task.CompletedTask;
    }

    private static readonly string[] ProofsOfWhoAsks = ["cookie", "key", "token"];

    /// <summary>Who may ask, and what he hears who may not, or who asks too often.</summary>
    private static void Guard(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [.. ProofsOfWhoAsks.Select(proof => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(proof, context.Document)] = [] })];
            Answer(operation, StatusCodes.Status401Unauthorized, context.Document!);
            Answer(operation, StatusCodes.Status403Forbidden, context.Document!);
        }
        Answer(operation, StatusCodes.Status429TooManyRequests, context.Document!).Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["Retry-After"] = new OpenApiHeader { Description = "Seconds to wait.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
        };
    }

    private static OpenApiResponse Answer(OpenApiOperation operation, int status, OpenApiDocument document)
    {
        operation.Responses ??= [];
        if (operation.Responses.TryGetValue($"{status}", out var declared) && declared is OpenApiResponse known)
            return known;
        var answer = new OpenApiResponse
        {
            Description = ReasonPhrases.GetReasonPhrase(status),
            Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(Problem), document) } },
        };
        operation.Responses[$"{status}"] = answer;
        return answer;
    }

    private static Dictionary<string, IOpenApiSecurityScheme> Proofs() => new()
    {
        ["cookie"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = "__Host-traceability", Description = "A person who signed in on the page; over plain HTTP the cookie is called `traceability`." },
        ["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "trk_...", Description = "A key of a system; its scope says which operations it opens." },
        ["token"] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "A token of the identity provider, where the service has one. Who works for several organisations names one by its id in the header `Traceability-Organisation`.",
        },
    };

    private static OpenApiRequestBody File() => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType> { ["*/*"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } } },
    };

    private static OpenApiParameter Parameter(string name, ParameterLocation location, string? format, string? description = null) => new()
    {
        Name = name,
        In = location,
        Required = true,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = format },
    };

    private static Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new() { Title = "Traceability", Version = "1", Description = Introduction };
        document.Servers = null;
        document.Tags = null;
        TellApart(document);
        foreach (var (_, path) in document.Paths)
        {
            path.Operations!.Remove(HttpMethod.Head);
            foreach (var operation in path.Operations.Values)
            {
                DescribeBody(operation, document);
                ShowAnswers(operation);
            }
        }
        document.Components!.SecuritySchemes = Proofs();
        var code = (OpenApiSchema)document.Components!.Schemas![nameof(Problem)].Properties!["code"];
        var words = context.ApplicationServices.GetRequiredService<IStringLocalizer<Text>>();
        code.Extensions = new Dictionary<string, IOpenApiExtension>
        {
            ["x-codes"] = new JsonNodeExtension(new JsonArray([.. Problems.Meanings(words).Select(m => JsonValue.Create(m.Code))])),
        };
        return Task.CompletedTask;
    }

    private static void ShowAnswers(OpenApiOperation operation)
    {
        foreach (var (status, answer) in operation.Responses!)
        {
            foreach (var (type, content) in answer.Content ?? new Dictionary<string, OpenApiMediaType>())
            {
                content.Example = type switch
                {
                    "application/json" => Answered[operation.OperationId!]?[status]?.DeepClone(),
                    "application/problem+json" => Answered["*"]?[status]?.DeepClone(),
                    _ => null,
                };
            }
        }
    }

    /// <summary>A command's own words say what its operation does; what the address says already, its body need not.</summary>
    private static void DescribeBody(OpenApiOperation operation, OpenApiDocument document)
    {
        if (Body(operation, document) is not { } body)
            return;
        operation.Summary ??= body.Description?.ReplaceLineEndings(" ");
        ((OpenApiMediaType)operation.RequestBody!.Content!.Values.First()).Example = Examples[operation.OperationId!]?.DeepClone();
        foreach (var said in SaidElsewhere(operation))
        {
            body.Properties!.Remove(said);
            body.Required!.Remove(said);
        }
    }

    /// <summary>Where one address names what another's body has to say, the two bodies are not the same.</summary>
    private static void TellApart(OpenApiDocument document)
    {
        var operations = document.Paths.Values.SelectMany(p => p.Operations!.Values).Where(o => Body(o, document) is not null);
        foreach (var sharing in operations.GroupBy(o => Body(o, document)!).Where(s => s.Count() > 1).ToList())
        {
            var alike = sharing.GroupBy(o => string.Join(' ', SaidElsewhere(o).Where(sharing.Key.Properties!.ContainsKey).Order())).OrderByDescending(s => s.Key.Length);
            foreach (var operation in alike.Skip(1).SelectMany(o => o))
            {
                var name = $"{operation.OperationId}Body";
                document.AddComponent(name, (OpenApiSchema)sharing.Key.CreateShallowCopy());
                ((OpenApiMediaType)operation.RequestBody!.Content!.Values.First()).Schema = new OpenApiSchemaReference(name, document);
            }
        }
    }

    private static OpenApiSchema? Body(OpenApiOperation operation, OpenApiDocument document) =>
        operation.RequestBody?.Content?.Values.First().Schema is OpenApiSchemaReference { Reference.Id: { } id } ? document.Components!.Schemas![id] as OpenApiSchema : null;

    private static IEnumerable<string> SaidElsewhere(OpenApiOperation operation) => operation.Parameters!.Select(p => p.Name!).Append("expectedVersion");
}

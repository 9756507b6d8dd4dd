using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Npgsql;
using Traceability.Access;
using Traceability.Ledger;
using Traceability.Materials;
using Wolverine;

namespace Traceability.Web;

/// <summary>What every page knows: the request, who reads it, the words of his language, and the two ways to the ledger: queries and commands.</summary>
public abstract class Page : ComponentBase
{
    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    [Inject]
    public IStringLocalizer<Text> Words { get; set; } = null!;

    [Inject]
    public Reader Reader { get; set; } = null!;

    [Inject]
    public NpgsqlDataSource Source { get; set; } = null!;

    [Inject]
    public Catalogue Catalogue { get; set; } = null!;

    [Inject]
    public TimeProvider Time { get; set; } = null!;

    [Inject]
    public IMessageBus Bus { get; set; } = null!;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    protected Actor Actor => Http.Actor();
    protected CancellationToken Cancellation => Http.RequestAborted;

    /// <summary>Whether he records anything for his organisation at all.</summary>
    protected bool Records => Actor.Can(Act.Record, new(Actor.OrganisationId));

    protected bool Settles => Actor.Can(Act.Settle, new(Actor.OrganisationId));

    /// <summary>Reads what the page shows. It is not drawn before.</summary>
    protected virtual Task Load() => Task.CompletedTask;

    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await Load();
        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>An id for what the form will record, chosen when it is shown: sent twice it is still one entry.</summary>
    protected string NewId() => Guid.CreateVersion7(Time.GetUtcNow()).ToString();

    /// <summary>After a form was done: on to another page, which reloading does not send again.</summary>
    /// <param name="path">Without scheme and host, which a request could lie about.</param>
    protected void GoTo(string path)
    {
        Http.Response.StatusCode = StatusCodes.Status303SeeOther;
        Http.Response.Headers.Location = path;
    }

    /// <summary>What may not be seen answers like what does not exist.</summary>
    protected void NotFound() => Navigation.NotFound();

    /// <summary>Says it to the ledger unless something could not be read.</summary>
    /// <returns>What was recorded; or null, and the form says why.</returns>
    protected Task<Recorded?> Record(Form form, Func<ICommand> command) => Send(form, () => new Submission(command(), Actor));

    /// <param name="message">What the ledger answers with an <see cref="Answer"/>.</param>
    protected async Task<Recorded?> Send(Form form, Func<object> message)
    {
        var said = message();
        if (!form.IsFine)
        {
            Http.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return null;
        }
        var answer = await Bus.InvokeAsync<Answer>(said, Cancellation);
        if (answer.Refusal is { } refusal)
        {
            form.Fail(refusal);
            Http.Response.StatusCode = refusal.Status;
        }
        return answer.Recorded;
    }
}

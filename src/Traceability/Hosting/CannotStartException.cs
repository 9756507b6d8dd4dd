namespace Traceability.Hosting;

/// <summary>The service cannot start, for a reason that its operator can do something about. The message is all he needs:
/// it is printed without a stack trace.</summary>
public sealed class CannotStartException : Exception
{
    public CannotStartException()
    {
    }

    public CannotStartException(string message) : base(message)
    {
    }

    public CannotStartException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

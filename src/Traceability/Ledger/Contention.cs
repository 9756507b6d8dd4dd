using Marten.Exceptions;
using Npgsql;

namespace Traceability.Ledger;

/// <summary>More came of a run between the look at what came of it and the lock on it.</summary>
internal sealed class CameMeanwhileException : Exception;

/// <summary>Failures of a save that only say that somebody else was there first: a new session decides again on what stands now.</summary>
internal static class Contention
{
    public static bool Caused(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is ExistingStreamIdCollisionException or StreamLockedException or CameMeanwhileException)
                return true;
            if (e is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable })
                return true;
            // The driver takes a statement for prepared that is not: told so, it prepares it anew.
            if (e is PostgresException { SqlState: PostgresErrorCodes.InvalidSqlStatementName })
                return true;
        }
        return false;
    }
}

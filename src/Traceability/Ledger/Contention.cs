using Marten.Exceptions;
using Npgsql;

namespace Traceability.Ledger;

/// <summary>Failures of a save that only say that somebody else was there first: a new session decides again on what stands now.</summary>
internal static class Contention
{
    public static bool Caused(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is ExistingStreamIdCollisionException or StreamLockedException)
                return true;
            if (e is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable })
                return true;
        }
        return false;
    }
}

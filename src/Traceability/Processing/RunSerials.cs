using Traceability.Batches;
using Traceability.Ledger;
using Traceability.Materials;

namespace Traceability.Processing;

/// <summary>Where the serials of a run or of one part of it come from and go to: built into an assembly, taken out of one, moved with a split or blend, or newly given.
/// What goes on goes on at once: an open run keeps no serials between its parts.</summary>
internal sealed class RunSerials(RunLines lines, RunJudgement judged, IReadOnlyList<Quantity> made, States states)
{
    private readonly List<SerialMove> _moves = [];
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);
    private readonly HashSet<(Guid BatchId, string Serial)> _taken = [];

    /// <summary>Serials that go on into the outputs. Two makers may have given the same one, so each stands for one piece.</summary>
    private readonly Dictionary<string, Queue<SerialPlace>> _goingOn = new(StringComparer.Ordinal);

    /// <summary>Known once <see cref="Wrong"/> found nothing wrong.</summary>
    public IReadOnlyList<SerialMove> Moves => _moves;

    private ProcessStep Step => judged.Step;

    public Refusal? Wrong()
    {
        if (Step.Kind == StepKind.Disassembly)
        {
            foreach (var place in judged.Taken.SelectMany(t => states.InstalledIn(t.Batch.Id)))
                GoesOn(place);
        }
        for (var i = 0; i < lines.Inputs.Count; i++)
        {
            if (WrongInput(lines.Inputs[i], judged.Taken[i], $"inputs[{i}].serials") is { } wrong)
                return wrong;
        }
        for (var i = 0; i < lines.Outputs.Count; i++)
        {
            if (WrongOutput(lines.Outputs[i], made[i].Pieces, $"outputs[{i}].serials") is { } wrong)
                return wrong;
        }
        return null;
    }

    private void GoesOn(SerialPlace place)
    {
        if (!_goingOn.TryGetValue(place.Serial, out var places))
            _goingOn[place.Serial] = places = new();
        places.Enqueue(place);
    }

    private Refusal? WrongInput(RunInput input, Taken taken, string field)
    {
        if (Step.Kind != StepKind.Assembly && !Step.KeepsMaterial)
            return input.Serials is { Count: > 0 } ? Refusal.Of("serials-not-kept", ("step", Step.Name)).At(field) : null;

        // A batch that is one serialled thing need not name it.
        var serials = input.Serials is { Count: > 0 } named ? named : taken.Batch.Serials?.Only is { } only ? [only] : [];
        if (serials.Count == 0)
            return taken.Batch.Serials is null ? null : Refusal.Of("serials-needed", ("batch", taken.Batch.Number)).At(field);
        if (serials.Count != taken.Quantity.Pieces)
            return Refusal.Of("serials-do-not-match-pieces", ("serials", serials.Count), ("pieces", taken.Quantity.Pieces)).At(field);
        if (Step.Kind == StepKind.Assembly && lines.Outputs.Count(o => o.Role == OutputRole.Product) != 1)
            return Refusal.Of("one-product-per-assembly").At("outputs");

        for (var i = 0; i < serials.Count; i++)
        {
            var serial = serials[i];
            if (states.SerialIn(taken.Batch.Id, serial) is not { } place)
                return Refusal.Of("serial-unknown", ("serial", serial), ("batch", taken.Batch.Number)).At($"{field}[{i}]");
            // A serial is in at most one assembly at a time (Q3).
            if (place.InstalledIn is not null)
                return Refusal.Of("serial-installed", ("serial", serial)).At($"{field}[{i}]");
            if (!_taken.Add((taken.Batch.Id, serial)))
                return Refusal.Of("serial-twice", ("serial", serial)).At($"{field}[{i}]");
            if (Step.KeepsMaterial)
                GoesOn(place);
            else
                _moves.Add(new(place.MakerId, serial, place.BatchId, lines.Outputs.First(o => o.Role == OutputRole.Product).BatchId, lines.RunId, SerialChange.Installed));
        }
        return null;
    }

    private Refusal? WrongOutput(RunOutput output, long pieces, string field)
    {
        var serials = output.Serials ?? [];
        if (Step.Kind != StepKind.Disassembly && !Step.KeepsMaterial)
        {
            var maker = judged.Facility.OperatorId;
            _moves.AddRange(serials.Select(serial => new SerialMove(maker, serial, output.BatchId, null, lines.RunId, SerialChange.Made)));
            return Withdrawal.WrongSerials(states, maker, serials, pieces, _given, field);
        }

        if (serials.Count == 0)
            return Step.KeepsMaterial && _goingOn.Count > 0 ? Refusal.Of("serials-needed", ("batch", output.Number)).At(field) : null;
        if (serials.Count != pieces)
            return Refusal.Of("serials-do-not-match-pieces", ("serials", serials.Count), ("pieces", pieces)).At(field);
        for (var i = 0; i < serials.Count; i++)
        {
            // What comes out of an assembly or a lot must have been in it, and comes out once.
            if (!_goingOn.TryGetValue(serials[i], out var places) || !places.TryDequeue(out var place))
                return Refusal.Of("serial-not-inside", ("serial", serials[i])).At($"{field}[{i}]");
            _moves.Add(new(place.MakerId, place.Serial, output.BatchId, null, lines.RunId, Step.KeepsMaterial ? SerialChange.Moved : SerialChange.Removed));
        }
        return null;
    }
}

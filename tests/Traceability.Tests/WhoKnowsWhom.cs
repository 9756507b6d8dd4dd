using System.Reflection;
using System.Reflection.Emit;
using Microsoft.AspNetCore.Components;
using Traceability.Proofs;

namespace Traceability.Tests;

/// <summary>Readers may use the core; the core never looks back. Proofs stand alone.</summary>
public class WhoKnowsWhom
{
    private static readonly string[] Core = ["Organisations", "Facilities", "Materials", "Batches", "Assays", "Custody", "Shipments", "Processing", "Owners", "Stock", "Incidents"];
    private static readonly string[] Readers = ["Provenance", "Certificates", "Transparency", "Epcis", "Labels", "Reconciliation", "Imports", "Web", "Hosting"];

    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields().Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    /// <summary>Events, states, commands and what they decide with; pages and queries stand beside them and are readers.</summary>
    private static bool IsRule(Type type) => Core.Contains(Slice(type)) && !Outermost(type).IsAssignableTo(typeof(IComponent));

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static string? Slice(Type type) => type.Namespace?.Split('.') is ["Traceability", var slice, ..] ? slice : null;

    [Fact]
    public void the_core_never_looks_at_its_readers() =>
        Assert.Empty(typeof(Refusal).Assembly.GetTypes().Where(IsRule)
            .SelectMany(type => Mentioned(type).Where(other => Readers.Contains(Slice(other))).Select(other => $"{type} looks at {other}")).Distinct());

    [Fact]
    public void proofs_know_neither_the_service_nor_its_database() =>
        Assert.All(typeof(CanonicalJson).Assembly.GetReferencedAssemblies(), other => Assert.StartsWith("System.", other.Name));

    private static IEnumerable<Type> Mentioned(Type type) => type.GetFields(All).Select(f => f.FieldType)
        .Concat(type.GetMethods(All).SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)))
        .Concat(type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)).SelectMany(Called))
        .Concat(type.GetInterfaces()).Append(type.BaseType!).Where(t => t is not null)
        .SelectMany(t => t.GenericTypeArguments.Append(t));

    /// <summary>Types whose members the body of a method names.</summary>
    private static IEnumerable<Type> Called(MethodBase method)
    {
        var body = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < body.Length;)
        {
            var code = OpCodesByValue[body[at] == 0xFE ? unchecked((short)(0xFE00 | body[at + 1])) : body[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                var member = method.Module.ResolveMember(BitConverter.ToInt32(body, at), method.DeclaringType!.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : []);
                yield return member as Type ?? member!.DeclaringType!;
            }
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(body, at),
                _ => 4,
            };
        }
    }
}

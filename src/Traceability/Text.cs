namespace Traceability;

/// <summary>Names the resource in which every text a person reads is translated: <c>Resources/Text.resx</c>, keyed by the English sentence or the code.</summary>
public sealed class Text;

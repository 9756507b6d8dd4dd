using System.Globalization;
using Microsoft.Extensions.Localization;

namespace Traceability.Tests;

/// <summary>Texts as they are when no translation exists: the English sentence is the key.</summary>
internal sealed class English : IStringLocalizer
{
    public LocalizedString this[string name] => new(name, name);
    public LocalizedString this[string name, params object[] arguments] => new(name, string.Format(CultureInfo.CurrentCulture, name, arguments));
    public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => [];
}

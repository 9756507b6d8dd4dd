// What opens an invitation stands behind the # of its link, which browsers keep to themselves. It is sent in a form and taken out of the address.
const link = document.querySelector("input[name=link]");
if (link && location.hash.length > 1) {
    link.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    link.form.requestSubmit();
}
// A stranger's time zone is known to his browser alone.
const zone = document.querySelector("input[name=timeZone]");
if (zone && ["UTC", "Etc/UTC"].includes(zone.value))
    zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;

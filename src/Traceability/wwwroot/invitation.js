// What opens an invitation stands behind the # of its link, which browsers keep to themselves. It is sent in a form and taken out of the address.
const field = document.querySelector("input[name=link]");
if (location.hash.length > 1) {
    field.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    field.form.requestSubmit();
}

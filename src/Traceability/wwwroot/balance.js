// Keeps the balance of a run up to date while its form is filled in. Without it there is the button.
const place = document.getElementById("balance-now");
const form = place.closest("form");
let pause;
let asked = 0;
form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(show, 1000);
});

async function show() {
    const turn = ++asked;
    const said = new FormData(form);
    said.set("add", "balance");
    const answer = await fetch(location.href, { method: "POST", body: new URLSearchParams(said) }).catch(() => null);
    if (!answer?.ok || turn !== asked)
        return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...(page.getElementById("balance-now")?.children ?? []));
}

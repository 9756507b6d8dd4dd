// Only a script can ask the device for a signature. Where that cannot be, the forms stay hidden and there are other ways to sign in.
for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON)
        continue;
    const credential = form.elements.namedItem("credential");
    form.hidden = false;
    form.addEventListener("submit", async event => {
        if (credential.value)
            return;
        event.preventDefault();
        const failed = form.querySelector("[data-failed]");
        failed.hidden = true;
        try {
            const answer = await fetch(form.dataset.options, { method: "POST", headers: { "X-Requested-With": "traceability" } });
            const options = await answer.json();
            const made = form.dataset.passkey === "create"
                ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
                : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
            credential.value = JSON.stringify(made);
            form.requestSubmit();
        } catch {
            failed.hidden = false;
        }
    });
}

// Moves the figures of an import that goes on. The page works without it, by asking again.
const bar = document.querySelector("progress[data-events]");
const events = new EventSource(bar.dataset.events);
events.addEventListener("progress", ({ data }) => {
    const job = JSON.parse(data);
    bar.value = job.rowsDone;
    for (const figure of document.querySelectorAll("[data-progress]"))
        figure.textContent = job[figure.dataset.progress].toLocaleString("en").replaceAll(",", "\u202F");
    if (job.finishedAt) {
        events.close();
        location.reload();
    }
});

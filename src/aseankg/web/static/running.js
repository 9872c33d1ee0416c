// Tells how long a query has been running, and lets its asker stop waiting; Ctrl+Enter or Cmd+Enter asks.
import { _ } from "./words.js";

const form = document.querySelector("form.query");

if (form) {
  const area = form.querySelector("textarea");
  const button = form.querySelector("button[type=submit]");
  const bar = document.createElement("p");
  const said = document.createElement("span");
  const stop = document.createElement("button");
  let ticking = 0;
  bar.className = "running";
  bar.hidden = true;
  said.setAttribute("role", "status");
  stop.type = "button";
  stop.className = "second";
  stop.textContent = _("Stop");
  bar.append(stop, " ", said);
  button.after(bar);

  const rest = (words) => {
    clearInterval(ticking);
    button.disabled = false;
    stop.hidden = true;
    said.textContent = words;
    bar.hidden = !words;
  };

  form.addEventListener("submit", () => {
    const began = performance.now();
    button.disabled = true;
    stop.hidden = false;
    said.textContent = _("Running…");
    clearInterval(ticking);
    setTimeout(() => (bar.hidden = !button.disabled), 300); // most answers are there before
    ticking = setInterval(() => {
      const seconds = Math.round((performance.now() - began) / 1000);
      said.textContent = _("Running for %(seconds)s s; after %(most)s s the server ends it.", { seconds, most: form.dataset.deadline });
    }, 1000);
  });
  stop.addEventListener("click", () => {
    window.stop(); // closes the connection: nobody waits for the answer any more
    rest(_("Stopped. The server ends the query %(most)s s after its begin at the latest.", { most: form.dataset.deadline }));
    area.focus();
  });
  addEventListener("pageshow", (event) => event.persisted && rest(""));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

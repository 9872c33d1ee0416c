// Tells how long a query has been running, and lets its asker stop it; Ctrl+Enter or Cmd+Enter asks.
import { _ } from "./words.js";

const form = document.querySelector("form.query");

if (form) {
  const area = form.querySelector("textarea");
  const button = form.querySelector("button[type=submit]");
  const bar = document.createElement("p");
  const said = document.createElement("span");
  const stop = document.createElement("button");
  const token = document.createElement("input"); // who knows it can stop the query
  let ticking = 0;
  bar.className = "running";
  bar.hidden = true;
  said.setAttribute("role", "status");
  stop.type = "button";
  stop.className = "second";
  stop.textContent = _("Stop");
  bar.append(stop, " ", said);
  button.after(bar);
  token.type = "hidden";
  token.name = "token";
  form.append(token);
  const here = new URL(location.href);
  if (here.searchParams.has("token")) {
    here.searchParams.delete("token"); // its query is answered
    history.replaceState(null, "", here);
  }

  const rest = (words) => {
    clearInterval(ticking);
    button.disabled = false;
    stop.hidden = true;
    said.textContent = words;
    bar.hidden = !words;
  };

  form.addEventListener("submit", () => {
    const began = performance.now();
    token.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
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
  stop.addEventListener("click", async () => {
    window.stop(); // closes the connection: nobody waits for the answer any more
    const now = _("Stopped.");
    const late = _("Stopped. The server ends the query %(most)s s after its begin at the latest.", { most: form.dataset.deadline });
    const told = await fetch(form.dataset.stop, { method: "POST", body: new URLSearchParams({ token: token.value }) }).catch(() => null);
    rest(told && told.ok ? now : late);
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

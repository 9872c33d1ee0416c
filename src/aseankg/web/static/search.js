// Offers names and questions while one types into an <input data-suggest="address">: a combobox with a list box (WAI-ARIA
// Authoring Practices). Arrows choose, Enter opens, Escape closes. Without this the form is sent as it is.
import { _ } from "./words.js";

const PAUSE = 180;
const SHORTEST = 2;
const MOST = 8;

function options(found) {
  const things = found.things.map((one) => ({ words: one.label, about: one.line || one.in || one.kind, url: one.url }));
  const question = found.question;
  const values = question ? Object.values(question.labels).filter(Boolean).join(", ") : "";
  const asked = question ? [{ words: question.title, about: values, url: question.url }] : [];
  return [...asked, ...things].filter((one) => one.url).slice(0, MOST);
}

function makeOption(one, number) {
  const option = document.createElement("li");
  option.id = `suggestion-${number}`;
  option.setAttribute("role", "option");
  option.dataset.url = one.url;
  const words = document.createElement("strong");
  words.textContent = one.words;
  const about = document.createElement("span");
  about.textContent = one.about;
  option.append(words, about);
  return option;
}

function suggest(input) {
  const list = document.createElement("ul");
  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", _("Suggestions"));
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }
  let timer = 0;
  let asking = null;
  let at = -1;

  function choose(number) {
    at = number;
    for (const [index, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(index === at));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function show(found) {
    list.replaceChildren(...options(found).map(makeOption));
    list.hidden = !list.children.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    choose(-1);
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const address = new URL(input.dataset.suggest, location.href);
    address.searchParams.set("text", input.value);
    try {
      const response = await fetch(address, { signal: asking.signal });
      if (response.ok) show(await response.json());
      else close();
    } catch {
      // Given up for a newer text, or no network: the form still works.
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length < SHORTEST) close();
    else timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : list.children.length;
    if (event.key === "Escape" && count) close();
    else if (event.key === "ArrowDown" && count) choose((at + 1) % count);
    else if (event.key === "ArrowUp" && count) choose((at - 1 + count) % count);
    else if (event.key === "Enter" && at >= 0) location.assign(list.children[at].dataset.url);
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    event.preventDefault();
    if (option) location.assign(option.dataset.url);
  });
}

for (const input of document.querySelectorAll("input[data-suggest]")) suggest(input);

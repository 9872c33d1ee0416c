// What scripts say, in the reader's language: a page in another than these words carries its own (texts.SCRIPTS).
const carried = document.getElementById("script-words");
const known = carried ? JSON.parse(carried.textContent) : {};

export function _(words, values = {}) {
  return (known[words] ?? words).replace(/%\((\w+)\)s/g, (_whole, name) => values[name]);
}

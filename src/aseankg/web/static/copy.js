// Gives each <pre data-copy> a button that copies its text; where the browser keeps the clipboard, the text is selected.
import { _ } from "./words.js";

for (const block of document.querySelectorAll("pre[data-copy]")) {
  const what = block.getAttribute("aria-label") ?? _("this text");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second copy";
  button.textContent = _("Copy");
  button.setAttribute("aria-label", _("Copy: %(what)s", { what }));
  const said = document.createElement("span");
  said.className = "quiet";
  said.setAttribute("role", "status");
  const bar = document.createElement("p");
  bar.className = "copying";
  bar.append(button, " ", said);
  block.before(bar);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.textContent);
      said.textContent = _("Copied.");
    } catch {
      getSelection().selectAllChildren(block);
      said.textContent = _("Selected: press Ctrl+C or Cmd+C.");
    }
  });
}

// Gives each <pre data-copy> a button that copies its text; where the browser keeps the clipboard, the text is selected.
for (const block of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy: ${block.getAttribute("aria-label") ?? "this text"}`);
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
      said.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(block);
      said.textContent = "Selected: press Ctrl+C or Cmd+C.";
    }
  });
}

// Narrows a long list of terms while its reader types. Without it the list is whole.
const box = document.querySelector("input[data-filters]");
if (box) {
  const list = document.getElementById(box.dataset.filters);
  const said = document.getElementById("filtered");
  const terms = [...list.querySelectorAll("[data-words]")].map((node) => [node, node.dataset.words.toLowerCase()]);
  const narrow = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [node, text] of terms) {
      node.hidden = !words.every((word) => text.includes(word));
      shown += node.hidden ? 0 : 1;
    }
    for (const section of list.querySelectorAll("section.kind")) {
      section.hidden = words.length > 0 && !section.querySelector("[data-words]:not([hidden])");
    }
    said.textContent = words.length ? `${shown} / ${terms.length}` : "";
  };
  box.closest(".filter").hidden = false;
  box.addEventListener("input", narrow);
  narrow();
}
// A link to a shape or a term that is folded away opens it.
const open = () => {
  const aim = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = aim && (aim.tagName === "DETAILS" ? aim : aim.matches("section.term") && aim.querySelector("details"));
  if (fold) fold.open = true;
};
addEventListener("hashchange", open);
open();

// Draws a network on a page. What differs from page to page is given: elements, `looks`, layout, other options.
import cytoscape from "./made/cytoscape.js";
import { offer } from "./figures.js";

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// `looks` gives the style sheet, and is asked again when the reader's colours change.
export function draw(container, elements, looks, layout, more = {}) {
  const drawing = cytoscape({
    container, elements, style: looks(), layout: { name: "cose", animate: false, ...layout }, ...more,
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawing.style(looks()));
  return drawing;
}

// Adds the button for a PNG of the drawing to its figure, and one for each other maker of a file.
export function offerDrawing(figure, stem, drawing, makers = {}) {
  const PNG = async () => drawing.png({ output: "blob-promise", full: true, scale: 2, bg: colour("--paper") });
  offer(figure, stem, { ...makers, PNG });
}

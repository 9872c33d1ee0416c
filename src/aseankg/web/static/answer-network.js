// Draws the things of an answer and the ties between them. The table of the page holds the same.
import cytoscape from "./made/cytoscape.js";
import { _ } from "./words.js";

const place = document.getElementById("network");
const { nodes, ties } = JSON.parse(document.getElementById("network-data").textContent);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const links = new Map(nodes.map((one) => [one.id, one.link]));

place.replaceChildren();
const drawing = cytoscape({
  container: place,
  elements: [
    ...nodes.map(({ id, label }) => ({ data: { id, label } })),
    ...ties.map((one, at) => ({ data: { id: `tie-${at}`, ...one } })),
  ],
  layout: {
    name: "cose", animate: false, nodeDimensionsIncludeLabels: false, padding: 30, componentSpacing: 30, gravity: 2,
    nodeRepulsion: () => 3000, idealEdgeLength: () => 45,
    boundingBox: { x1: 0, y1: 0, w: place.clientWidth / 1.4, h: place.clientHeight / 1.4 },
  },
  maxZoom: 3,
  style: dress(),
});

function dress() {
  const labels = new Set(ties.map((one) => one.label)); // one label for all tells nothing
  return [
    { selector: "node", style: {
      label: "data(label)", color: colour("--ink"), "background-color": colour("--series-1"), width: 16, height: 16,
      "font-size": 11, "text-wrap": "wrap", "text-max-width": 130, "text-valign": "bottom", "text-margin-y": 4,
    } },
    { selector: "edge", style: {
      width: 1.2, "line-color": colour("--line"), "target-arrow-color": colour("--quiet"), "target-arrow-shape": "triangle",
      "arrow-scale": 0.8, "curve-style": "bezier", label: ties.length > 60 || labels.size < 2 ? "" : "data(label)", "font-size": 9, color: colour("--quiet"),
      "text-rotation": "autorotate", "text-background-color": colour("--paper"), "text-background-opacity": 0.85,
    } },
    { selector: ":selected", style: { "background-color": colour("--series-2"), "line-color": colour("--series-2") } },
  ];
}

drawing.on("tap", "node", (event) => {
  const link = links.get(event.target.id());
  if (link) location.assign(link);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawing.style(dress()));

const button = document.createElement("button");
button.type = "button";
button.className = "second";
button.textContent = "PNG";
button.setAttribute("aria-label", _("Download the drawing as PNG"));
button.addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(drawing.png({ output: "blob", full: true, scale: 2, bg: colour("--paper") }));
  link.download = "answer.png";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
place.after(button);

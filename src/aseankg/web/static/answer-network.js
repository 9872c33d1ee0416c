// Draws the things of an answer and the ties between them. The table of the page holds the same.
import { colour, draw, offerDrawing } from "./drawing.js";

const place = document.getElementById("network");
const { nodes, ties } = JSON.parse(document.getElementById("network-data").textContent);
const links = new Map(nodes.map((one) => [one.id, one.link]));

function looks() {
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

place.replaceChildren();
const elements = [
  ...nodes.map(({ id, label }) => ({ data: { id, label } })),
  ...ties.map((one, at) => ({ data: { id: `tie-${at}`, ...one } })),
];
const layout = {
  nodeDimensionsIncludeLabels: false, padding: 30, componentSpacing: 30, gravity: 2,
  nodeRepulsion: () => 3000, idealEdgeLength: () => 45,
  boundingBox: { x1: 0, y1: 0, w: place.clientWidth / 1.4, h: place.clientHeight / 1.4 },
};
const drawing = draw(place, elements, looks, layout, { maxZoom: 3 });
drawing.on("tap", "node", (event) => {
  const link = links.get(event.target.id());
  if (link) location.assign(link);
});
offerDrawing(place.closest("figure"), "answer", drawing);

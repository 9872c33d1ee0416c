// Draws the roles of bodies and countries in the plans, from the JSON that figure#network names.
// The table below the drawing says the same; without this script, or the library, nothing is lost but the picture.
import { colour, draw, offerDrawing } from "./drawing.js";
import { svgFile } from "./figures.js";

const figure = document.querySelector("#network");
const aside = figure.querySelector(".aside");
const choice = figure.querySelector("#node");
const hint = aside.firstElementChild.cloneNode(true);
const SHAPES = { Plan: "hexagon", Body: "ellipse", Country: "round-rectangle", ActorGroup: "diamond" };
const SERIES = { Plan: 3, Body: 1, Country: 2, ActorGroup: 4 };
const LINES = { said: "solid", read: "dashed", inferred: "dotted", part: "solid" };
const LAYERS = { said: "stated", read: "curated", inferred: "inferred" };
const DASHES = { read: "7 4", inferred: "2 3" };
const SIZES = { Plan: 44, Body: 26, Country: 26, ActorGroup: 26 };
const WIDE = innerWidth > 640 ? 1.5 : 0.9; // how much the drawing is stretched, because names are wide and so are most screens
const ROOM = 6; // between a point and its name
const [SMALL, LARGE] = [14, 18]; // names of elements, which vanish where they would be too small to read, and of all others

const colourOf = (kind) => colour(`--series-${SERIES[kind] || 5}`);
const sizeOf = (kind) => SIZES[kind] || 16;
// "Activity 5 (RAP)" stands beside its plan, so that the end of its name says nothing new.
const shortOf = (node) => (SERIES[node.kind] ? node.name : node.name.replace(/ \([^()]*\)$/, ""));

function elementsOf(data) {
  const around = data.nodes.map((node, at) => {
    const angle = (2 * Math.PI * at) / data.nodes.length;
    return { data: { ...node, short: shortOf(node) }, position: { x: 400 * Math.cos(angle), y: 400 * Math.sin(angle) } };
  });
  const roles = data.roles.map((one, at) => ({ data: { ...one, id: `r${at}`, source: one.actor, target: one.element } }));
  const parts = data.parts.map((one, at) => ({
    data: { id: `p${at}`, source: one.element, target: one.plan, how: "part" },
  }));
  return [...around, ...roles, ...parts];
}

function looks() {
  const node = {
    shape: (one) => SHAPES[one.data("kind")] || "ellipse",
    "background-color": (one) => colourOf(one.data("kind")),
    width: (one) => sizeOf(one.data("kind")), height: (one) => sizeOf(one.data("kind")),
    label: "data(short)", color: colour("--ink"), "min-zoomed-font-size": 8, "text-wrap": "wrap", "line-height": 1.05,
    "text-max-width": (one) => (SERIES[one.data("kind")] ? 150 : 95),
    "font-size": (one) => (SERIES[one.data("kind")] ? LARGE : SMALL), "font-weight": (one) => (SERIES[one.data("kind")] ? "bold" : "normal"), "text-valign": "bottom", "text-margin-y": 3,
    "text-background-color": colour("--paper"), "text-background-opacity": 0.75,
  };
  const edge = {
    width: (one) => (one.data("how") === "part" ? 1 : 1.8), "curve-style": "bezier",
    "line-color": (one) => colour(one.data("how") === "part" ? "--line" : "--quiet"),
    "line-style": (one) => LINES[one.data("how")],
  };
  return [
    { selector: "node", style: node },
    { selector: "edge", style: edge },
    { selector: ".far", style: { opacity: 0.12 } },
    { selector: ".near", style: { "font-size": 20, "min-zoomed-font-size": 0, "z-index": 9 } },
    { selector: "node:selected", style: { "border-width": 4, "border-color": colour("--ink") } },
  ];
}

function element(name, words, more = {}) {
  return Object.assign(document.createElement(name), { textContent: words, ...more });
}

function tell(node) {
  const head = element("h3", "");
  head.append(element("a", node.data("name"), { href: node.data("link") }));
  const list = element("ul", "");
  for (const edge of node.connectedEdges("[role]")) {
    const other = edge.source().same(node) ? edge.target() : edge.source();
    const item = element("li", `${edge.data("role_name")}: `);
    item.append(element("a", other.data("name"), { href: other.data("link") }), " ");
    item.append(element("span", figure.dataset[edge.data("how")], { className: `tag of-${LAYERS[edge.data("how")]}` }));
    if (edge.data("words")) item.append(element("q", edge.data("words")));
    if (edge.data("link")) item.append(" ", element("a", figure.dataset.text, { href: edge.data("link") }));
    list.append(item);
  }
  aside.replaceChildren(head, element("p", node.data("title")), list);
}

function choose(drawing, id) {
  drawing.elements().removeClass("far near").unselect();
  choice.value = id;
  if (!id) return aside.replaceChildren(hint);
  const node = drawing.getElementById(id);
  drawing.elements().difference(node.closedNeighborhood()).addClass("far");
  node.closedNeighborhood().nodes().addClass("near");
  node.select();
  return tell(node);
}

// The drawing as an SVG: lines, then points with their names.
function svgOf(drawing) {
  const box = drawing.elements().boundingBox();
  const escaped = (words) => words.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const lines = drawing.edges().map((edge) => {
    const [from, to] = [edge.source().position(), edge.target().position()];
    const part = edge.data("how") === "part";
    return `<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" stroke="${colour(part ? "--line" : "--quiet")}"`
      + ` stroke-width="${part ? 1 : 1.8}" stroke-dasharray="${DASHES[edge.data("how")] || "none"}"/>`;
  });
  const points = drawing.nodes().map((node) => {
    const { x, y } = node.position();
    const half = sizeOf(node.data("kind")) / 2;
    const corners = {
      Plan: [[-1, 0], [-0.5, -0.87], [0.5, -0.87], [1, 0], [0.5, 0.87], [-0.5, 0.87]],
      Country: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
      ActorGroup: [[-1, 0], [0, -1], [1, 0], [0, 1]],
    }[node.data("kind")];
    const fill = `fill="${colourOf(node.data("kind"))}"`;
    const shape = corners
      ? `<polygon ${fill} points="${corners.map(([right, down]) => `${x + right * half},${y + down * half}`).join(" ")}"/>`
      : `<circle ${fill} cx="${x}" cy="${y}" r="${half}"/>`;
    return `${shape}<text x="${x}" y="${y + half + ROOM + 10}" text-anchor="middle" font-size="${SERIES[node.data("kind")] ? LARGE : SMALL}" font-family="sans-serif"`
      + ` fill="${colour("--ink")}">${escaped(node.data("short"))}</text>`;
  });
  const [width, height] = [box.w + 40, box.h + 40].map(Math.ceil);
  const [left, top] = [box.x1 - 20, box.y1 - 20].map(Math.floor);
  const text = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left} ${top} ${width} ${height}" width="${width}" height="${height}">`
    + `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${colour("--paper")}"/>${lines.join("")}${points.join("")}</svg>`;
  return { text, width, height };
}

const data = await (await fetch(figure.dataset.source)).json();
figure.hidden = false;
const layout = {
  randomize: false, padding: 25, nodeRepulsion: 60_000, nodeOverlap: 40, gravity: 0.4, numIter: 2500,
  idealEdgeLength: (edge) => (edge.data("how") === "part" ? 140 : 70),
};
const drawing = draw(figure.querySelector(".canvas"), elementsOf(data), looks, layout, {
  userZoomingEnabled: false, // the wheel scrolls the page
});
drawing.nodes().positions((node) => ({ x: WIDE * node.position("x"), y: node.position("y") }));
drawing.fit(undefined, 25);
for (const node of [...data.nodes].sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }))) {
  choice.append(element("option", node.name, { value: node.id }));
}
drawing.on("tap", "node", (event) => choose(drawing, event.target.id()));
drawing.on("tap", (event) => event.target === drawing && choose(drawing, ""));
choice.addEventListener("change", () => choose(drawing, choice.value));
for (const button of figure.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => {
    const factor = Number(button.dataset.zoom);
    const middle = { x: drawing.width() / 2, y: drawing.height() / 2 };
    if (factor) drawing.zoom({ level: drawing.zoom() * factor, renderedPosition: middle });
    else drawing.fit(undefined, 25);
  });
}
offerDrawing(figure, figure.dataset.name, drawing, { SVG: async () => svgFile(svgOf(drawing)) });

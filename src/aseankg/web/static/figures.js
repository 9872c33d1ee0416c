// Lets a reader take a drawing away: buttons "SVG" and "PNG" in each figure.chart[data-name] that holds an SVG.
// A figure may hold links of its own, such as one to a CSV, in a <p class="files">; the buttons join them.
// The stylesheet is left behind, so what it gives each shape is written into the file, with the paper below.
import { _ } from "./words.js";

const LOOKS = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "opacity",
  "font-family", "font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline", "display", "visibility",
];
const NAMESPACE = "http://www.w3.org/2000/svg";
const TWICE = 2; // pixels of the PNG for each of the drawing

// color-mix() computes to color(srgb ...), which programs other than browsers do not read.
function plain(value) {
  const parts = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)(?: \/ ([\d.e-]+))?\)$/.exec(value);
  if (!parts) return value;
  const [red, green, blue] = parts.slice(1, 4).map((part) => Math.round(255 * Number(part)));
  return parts[4] ? `rgba(${red}, ${green}, ${blue}, ${parts[4]})` : `rgb(${red}, ${green}, ${blue})`;
}

function dress(element, copy) {
  const look = getComputedStyle(element);
  for (const name of LOOKS) {
    const value = look.getPropertyValue(name);
    if (value) copy.setAttribute(name, plain(value));
  }
  copy.removeAttribute("class");
  if (copy.hasAttribute("href")) copy.setAttribute("href", new URL(copy.getAttribute("href"), document.baseURI).href);
  [...element.children].forEach((child, at) => dress(child, copy.children[at]));
}

function sizeOf(svg) {
  const box = svg.viewBox.baseVal;
  const drawn = svg.getBoundingClientRect();
  return box && box.width ? [box.x, box.y, box.width, box.height] : [0, 0, drawn.width, drawn.height];
}

// The drawing as a file that stands alone: an XML text and its size in pixels.
export function standAlone(svg) {
  const copy = svg.cloneNode(true);
  const [x, y, width, height] = sizeOf(svg);
  dress(svg, copy);
  const paper = document.createElementNS(NAMESPACE, "rect");
  const given = { x, y, width, height, fill: plain(getComputedStyle(document.body).backgroundColor) };
  for (const [name, value] of Object.entries(given)) paper.setAttribute(name, value);
  copy.insertBefore(paper, copy.querySelector(":scope > :not(title, desc, defs)"));
  copy.setAttribute("xmlns", NAMESPACE);
  copy.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  return { text: new XMLSerializer().serializeToString(copy), width, height };
}

export function svgFile(drawing) {
  return new Blob([drawing.text], { type: "image/svg+xml" });
}

export async function pngFile(drawing) {
  const address = URL.createObjectURL(svgFile(drawing));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = TWICE * drawing.width;
    canvas.height = TWICE * drawing.height;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob(done, "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Adds a button for each maker of a file to a figure: offer(figure, "timeline", {SVG: async () => blob}).
export function offer(figure, stem, makers) {
  const place = figure.querySelector(".files") || figure.appendChild(document.createElement("p"));
  place.classList.add("files");
  for (const [kind, make] of Object.entries(makers)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second";
    button.textContent = kind;
    button.title = _("Download this figure as %(kind)s", { kind });
    button.addEventListener("click", async () => save(await make(), `${stem}.${kind.toLowerCase()}`));
    place.append(" ", button);
  }
}

for (const figure of document.querySelectorAll("figure.chart[data-name]")) {
  const svg = figure.querySelector("svg");
  if (svg) {
    offer(figure, figure.dataset.name, {
      SVG: async () => svgFile(standAlone(svg)),
      PNG: async () => pngFile(standAlone(svg)),
    });
  }
}

// Makes a <table class="sortable"> sort by its heads, and with data-filter its rows findable; without this it is whole.
// A cell sorts by its data-sort, else by its words; numbers as numbers; empty cells come last. A head without words, or
// with data-unsorted, stays as it is.
import { _ } from "./words.js";

const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function keyOf(row, column) {
  const cell = row.cells[column];
  const words = cell ? (cell.dataset.sort ?? cell.textContent).trim() : "";
  const plain = words.replaceAll(",", "");
  return { words, number: plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : null };
}

function compare(one, other) {
  if (one.number !== null && other.number !== null) return one.number - other.number;
  return order.compare(one.words, other.words);
}

function sort(table, head, rows) {
  const down = head.getAttribute("aria-sort") === "ascending";
  const keyed = rows.map((row) => ({ row, key: keyOf(row, head.cellIndex) }));
  keyed.sort((one, other) => {
    const empty = (one.key.words === "") - (other.key.words === "");
    return empty || (down ? -compare(one.key, other.key) : compare(one.key, other.key));
  });
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  table.tBodies[0].append(...keyed.map(({ row }) => row));
}

function makeSortable(table, rows) {
  for (const head of table.tHead.rows[0].cells) {
    if ("unsorted" in head.dataset || !head.textContent.trim() || head.colSpan > 1) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(table, head, rows));
  }
}

function makeFilterable(table, rows) {
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const bar = document.createElement("div");
  bar.className = "toolbar filter";
  const box = document.createElement("input");
  box.type = "search";
  box.placeholder = table.dataset.filter || _("Filter the rows");
  box.setAttribute("aria-label", box.placeholder);
  const said = document.createElement("span");
  said.className = "quiet";
  said.setAttribute("role", "status");
  bar.append(box, said);
  (table.closest(".scroll") ?? table).before(bar);
  const filter = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, text] of texts) {
      row.hidden = !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    said.textContent = words.length ? _("%(shown)s of %(all)s rows", { shown: shown.toLocaleString("en"), all: rows.length.toLocaleString("en") }) : "";
  };
  box.addEventListener("input", filter);
}

for (const table of document.querySelectorAll("table.sortable")) {
  if (!table.tHead || !table.tBodies.length) continue;
  const rows = [...table.tBodies[0].rows];
  if (rows.length < 2 || rows.some((row) => [...row.cells].some((cell) => cell.rowSpan > 1))) continue;
  makeSortable(table, rows);
  if ("filter" in table.dataset && rows.length > 5) makeFilterable(table, rows);
}

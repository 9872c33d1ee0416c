// Makes the text of the query form an editor: colours, completion by label, remarks while one types. The form sends
// the same field as without it. In a shadow root, because there styles may be given without a <style> element.
import * as cm from "./made/codemirror.js";
import { _ } from "./words.js";

const WAIT = 500; // milliseconds after the last key before a query is read
const OF_PREFIX = { body: "body", country: "country", plan: "plan", theme: "concept", id: "thing" };
const KEYWORDS = (
  "ASK BASE BIND CONSTRUCT DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP_CONCAT HAVING LIMIT MINUS NAMED OFFSET " +
  "OPTIONAL PREFIX SELECT UNION VALUES WHERE"
).split(" ").concat(["FILTER NOT EXISTS", "GROUP BY", "ORDER BY", "COUNT", "STRSTARTS", "CONTAINS", "LANG"]);

const form = document.querySelector("form.query");
const area = form?.querySelector("textarea");
const offers = new Map();

// -- what can be written ------------------------------------------------------------------------------------

async function offered(kind, text = "") {
  const address = `${form.dataset.complete}?${new URLSearchParams(text ? { kind, text } : { kind })}`;
  if (!offers.has(address)) {
    const asked = fetch(address, { headers: { Accept: "application/json" } })
      .then((reply) => (reply.ok ? reply.json() : { completions: [] }))
      .then((found) => found.completions)
      .catch(() => []);
    offers.set(address, asked);
  }
  return offers.get(address);
}

const declared = (text) => new Set([...text.matchAll(/\bPREFIX\s+([\w-]*):/gi)].map((found) => found[1]));

// Where the line of a new prefix goes: behind those that are there, else on top, below comments and BASE.
function placeForPrefix(text) {
  const last = [...text.matchAll(/^[ \t]*(?:PREFIX\s+[\w-]*:\s*<[^>\n]*>|BASE\s*<[^>\n]*>)[^\n]*\n?/gim)].at(-1);
  return last ? last.index + last[0].length : 0;
}

function insert(view, option, from, to) {
  view.dispatch({
    changes: { from, to, insert: option.written },
    selection: { anchor: from + option.written.length },
    scrollIntoView: true,
    userEvent: "input.complete",
  });
  view.focus();
  declare(view, /^([\w-]+):/.exec(option.written)?.[1]);
}

// A step of its own, because who types on does not wait for the answer.
async function declare(view, prefix) {
  const known = prefix && (await offered("prefix")).find((one) => one.label === prefix);
  const text = view.state.doc.toString();
  if (!known || declared(text).has(prefix)) return;
  const at = placeForPrefix(text);
  const open = at > 0 && text[at - 1] !== "\n" ? "\n" : "";
  view.dispatch({ changes: { from: at, insert: `${open}PREFIX ${prefix}: <${known.iri}>\n` }, userEvent: "input.complete" });
}

const shownFor = (one, type) => ({
  label: one.text,
  displayLabel: one.label && one.kind !== "prefix" ? one.label : one.text,
  detail: one.kind === "prefix" ? one.iri : one.label ? one.text.replace(/^<.*?\/id\/|>$/g, "") : undefined,
  info: one.words || undefined,
  type,
  written: one.text,
  apply: insert,
});

const matches = (one, words) => words.every((word) => `${one.text} ${one.label}`.toLowerCase().includes(word));
const starts = (one, word) => {
  const local = one.text.slice(one.text.indexOf(":") + 1).toLowerCase();
  return local.startsWith(word) || one.label.toLowerCase().startsWith(word) ? 0 : 1;
};

async function afterPrefix(prefix, local) {
  if (prefix in OF_PREFIX) {
    const things = await offered(OF_PREFIX[prefix], local.length > 1 ? local : "");
    return things.map((one) => shownFor(one, "constant"));
  }
  const word = local.toLowerCase();
  const terms = (await offered("term")).filter((one) => one.text.startsWith(`${prefix}:`) && matches(one, [word]));
  return terms.sort((one, other) => starts(one, word) - starts(other, word)).map((one) => shownFor(one, one.kind));
}

async function byWord(word) {
  const small = word.toLowerCase();
  const keywords = KEYWORDS.filter((one) => one.startsWith(word.toUpperCase()));
  const prefixes = (await offered("prefix")).filter((one) => one.label.startsWith(small));
  const terms = (await offered("term")).filter((one) => matches(one, [small]));
  terms.sort((one, other) => starts(one, small) - starts(other, small));
  const things = word.length > 2 ? await offered("thing", word) : [];
  return [
    ...keywords.map((one) => ({ label: one, type: "keyword" })),
    ...prefixes.map((one) => shownFor(one, "namespace")),
    ...terms.slice(0, 30).map((one) => shownFor(one, one.kind)),
    ...things.slice(0, 15).map((one) => shownFor(one, "constant")),
  ];
}

function variables(text, typed) {
  const names = new Set([...text.matchAll(/[?$](\w+)/g)].map((found) => `?${found[1]}`));
  names.delete(typed.replace("$", "?"));
  return [...names].sort().map((label) => ({ label, type: "variable" }));
}

async function complete(context) {
  const text = context.state.doc.toString();
  const variable = context.matchBefore(/[?$]\w*/);
  if (variable) return { from: variable.from, options: variables(text, variable.text), validFor: /^[?$]\w*$/ };
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  if (/^\s*#|<[^>\s]*$/.test(before)) return null;
  const declaring = /\bPREFIX\s+([\w-]*)$/i.exec(before);
  if (declaring) return declaration(context.pos - declaring[1].length, declaring[1]);
  const name = context.matchBefore(/[A-Za-z][\w-]*:[\w-]*/);
  if (name) {
    const [prefix, local] = name.text.split(":");
    return { from: name.from, options: await afterPrefix(prefix, local), filter: false };
  }
  const word = context.matchBefore(/[A-Za-z][\w-]*/);
  if (!context.explicit && (!word || word.text.length < 2)) return null;
  return { from: word?.from ?? context.pos, options: await byWord(word?.text ?? ""), filter: false };
}

async function declaration(from, typed) {
  const prefixes = (await offered("prefix")).filter((one) => one.label.startsWith(typed.toLowerCase()));
  const options = prefixes.map((one) => ({ label: `${one.text} <${one.iri}>`, displayLabel: one.text, detail: one.iri }));
  return { from, options, filter: false };
}

// -- what is wrong ------------------------------------------------------------------------------------------

let reading = new AbortController();

// Lines and columns count characters; the editor counts units of UTF-16.
function rangeOf(doc, fault) {
  const line = doc.line(Math.min(fault.line, doc.lines));
  const characters = Array.from(line.text);
  const length = (from, to) => characters.slice(from, to).join("").length;
  const from = Math.min(line.from + length(0, fault.column - 1), doc.length);
  const to = from + length(fault.column - 1, fault.column - 1 + fault.length);
  return { from: from === to && from > 0 && from === doc.length ? from - 1 : from, to: Math.max(to, from) };
}

async function read(view) {
  reading.abort();
  reading = new AbortController();
  const query = view.state.doc.toString();
  if (!query.trim()) return say("", []);
  try {
    const reply = await fetch(form.dataset.check, {
      method: "POST", body: new URLSearchParams({ query }), signal: reading.signal, headers: { Accept: "application/json" },
    });
    if (!reply.ok) return say("", []);
    const { faults } = await reply.json();
    const first = faults[0];
    const doc = view.state.doc;
    const found = faults.map((one) => ({ ...rangeOf(doc, one), severity: one.severity, message: one.words }));
    return say(first ? `Line ${first.line}, column ${first.column}: ${first.words}` : "", found);
  } catch {
    return []; // another key was pressed, or nobody answers: the form says more when it is sent
  }
}

const status = document.createElement("p");
status.className = "remark";
status.setAttribute("role", "status");

function say(words, found) {
  status.textContent = words;
  return found;
}

// -- the editor ---------------------------------------------------------------------------------------------

const { tags } = cm;
const colours = cm.HighlightStyle.define([
  { tag: tags.keyword, color: "var(--series-1)", fontWeight: "600" },
  { tag: tags.standard(tags.variableName), color: "var(--series-4)" },
  { tag: tags.local(tags.variableName), color: "var(--series-3)" },
  { tag: tags.atom, color: "var(--link)" },
  { tag: tags.string, color: "var(--series-2)" },
  { tag: [tags.comment, tags.meta], color: "var(--quiet)", fontStyle: "italic" },
]);
const mono = 'ui-monospace, "SFMono-Regular", "DejaVu Sans Mono", "Liberation Mono", monospace';
const looks = cm.EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: ".9rem", border: "1px solid var(--line)", borderRadius: "6px" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
  ".cm-content": { fontFamily: mono, lineHeight: "1.5", minHeight: "9rem", caretColor: "var(--ink)" },
  ".cm-scroller": { maxHeight: "70vh", overflow: "auto", borderRadius: "6px" },
  ".cm-gutters": { color: "var(--quiet)", backgroundColor: "var(--raised)", border: "0", fontFamily: mono },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--warn-line) 25%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--good-line) 30%, transparent)" },
  ".cm-tooltip, .cm-panels": { color: "var(--ink)", backgroundColor: "var(--raised)", border: "1px solid var(--line)", borderRadius: "4px" },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "inherit", fontSize: ".9rem", maxHeight: "18rem" },
  ".cm-tooltip-autocomplete > ul > li": { display: "flex", gap: ".75rem", justifyContent: "space-between", padding: ".15rem .5rem", color: "var(--ink)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionLabel": { overflow: "hidden", textOverflow: "ellipsis" },
  ".cm-completionDetail": { fontFamily: mono, fontSize: ".8rem", fontStyle: "normal", opacity: ".85", marginLeft: "auto",
    maxWidth: "18rem", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  ".cm-completionInfo": { maxWidth: "24rem", padding: ".5rem .7rem" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--fault-line) 1.5px", textDecorationSkipInk: "none" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--warn-line) 1.5px", textDecorationSkipInk: "none" },
  ".cm-diagnostic": { padding: ".3rem .6rem", whiteSpace: "pre-wrap", maxWidth: "36rem" },
});

function open() {
  const host = document.createElement("div");
  host.className = "editor";
  const root = host.attachShadow({ mode: "open" });
  const help = document.createElement("p");
  help.className = "quiet";
  help.textContent = _("Ctrl+Space or typing offers names. Ctrl+Enter asks. Tab indents; Escape and then Tab leaves the editor.");
  area.before(host, status, help);
  const ask = () => (form.requestSubmit(), true);
  const view = new cm.EditorView({
    root,
    parent: root,
    doc: area.value,
    extensions: [
      cm.Prec.highest(cm.keymap.of([{ key: "Mod-Enter", run: ask }, { key: "Ctrl-Enter", run: ask }])),
      cm.lineNumbers(), cm.highlightSpecialChars(), cm.history(), cm.drawSelection(), cm.bracketMatching(), cm.closeBrackets(),
      cm.highlightSelectionMatches(), cm.search({ top: true }), cm.EditorView.lineWrapping, cm.indentUnit.of("  "),
      cm.StreamLanguage.define(cm.sparql), cm.syntaxHighlighting(colours), looks,
      cm.autocompletion({ override: [complete], icons: false, maxRenderedOptions: 80 }),
      cm.linter(read, { delay: WAIT }),
      cm.keymap.of([
        ...cm.closeBracketsKeymap, ...cm.completionKeymap, ...cm.lintKeymap, ...cm.searchKeymap, ...cm.historyKeymap,
        ...cm.defaultKeymap, cm.indentWithTab,
      ]),
      cm.EditorView.contentAttributes.of({ "aria-label": _("Query in SPARQL"), "aria-multiline": "true", spellcheck: "false" }),
      cm.EditorView.updateListener.of((update) => update.docChanged && (area.value = update.state.doc.toString())),
    ],
  });
  area.hidden = true;
  area.required = false; // the browser cannot point to what it does not show; the server says the same
  form.querySelector("label[for=query]").addEventListener("click", () => view.focus());
  area.focus = () => view.focus();
}

if (area) open();

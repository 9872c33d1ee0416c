// Bundles the libraries of the pages into ../static/made: same lock file, same bytes. Run by `make`, after `npm ci`.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const made = join(here, "..", "static", "made");

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["codemirror.js", "cytoscape.js"],
  outdir: made,
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none", // the licences of all packages go into one file, whole
  metafile: true,
  minify: true,
  target: "es2020",
  write: false,
}).then(async (result) => {
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });
  for (const file of result.outputFiles) await writeFile(file.path, file.contents);
  return result;
});

const names = new Set(
  Object.keys(metafile.inputs)
    .map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter(Boolean),
);
if (names.size === 0) throw new Error("No package was bundled: expected CodeMirror and Cytoscape.");
const parts = [];
for (const name of [...names].sort()) {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} ${version} has no file with its licence.`);
  parts.push(`${name} ${version} (${license})\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`);
}
// Written last: its date says that all is made.
await writeFile(join(made, "LICENCES.txt"), parts.join(`\n${"-".repeat(80)}\n\n`));

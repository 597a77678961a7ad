// Runs Spectral on the documents named, tells what it finds, and exits 1 if it finds anything at all.

import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import core from "@stoplight/spectral-core";
import parsers from "@stoplight/spectral-parsers";
import definition from "./ruleset.mjs";

const NAMES = ["error", "warning", "information", "hint"];

const files = process.argv.slice(2);
const spectral = new core.Spectral();
// Overrides by file need to know where the rules are: here, so that any folder's documents are meant.
const source = path.join(path.parse(process.cwd()).root, path.basename(fileURLToPath(import.meta.url)));
spectral.setRuleset(new core.Ruleset(definition, { source }));

const counts = [0, 0, 0, 0];
for (const file of files) {
  const document = new core.Document(readFileSync(file, "utf-8"), parsers.Json, path.resolve(file));
  for (const { severity, code, message, path: place } of await spectral.run(document)) {
    counts[severity] += 1;
    console.log(`${path.basename(file)} ${place.join(" ")}: ${NAMES[severity]} ${code}: ${message}`);
  }
}
console.log(`${files.length} documents: ${counts.map((count, each) => `${count} ${NAMES[each]}`).join(", ")}`);
process.exit(counts.some(Boolean) ? 1 : 0);

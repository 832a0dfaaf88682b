// Writes FILE.br and FILE.gz beside each text file of dist/, for the server to send as they are, and holds the first load
// (the page, its scripts and its styles, without what is loaded later) to a limit.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const LIMIT = 150 * 1024;
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const TEXT = /\.(html|js|css|svg|json|txt)$/;

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

const compressed = new Map();
for (const path of files(dist).filter((path) => TEXT.test(path))) {
  const bytes = readFileSync(path);
  const brotli = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  writeFileSync(`${path}.br`, brotli);
  // No time of day in the header: the same sources make the same bytes.
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  compressed.set(relative(dist, path), brotli.length);
}

const page = readFileSync(join(dist, "index.html"), "utf8");
const first = new Set(["index.html"]);
const follow = [...page.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((found) => found[1]);
while (follow.length > 0) {
  const name = follow.pop();
  if (first.has(name)) continue;
  statSync(join(dist, name));
  first.add(name);
  if (!name.endsWith(".js")) continue;
  const text = readFileSync(join(dist, name), "utf8");
  for (const found of text.matchAll(/(?:^|[;}\s])(?:import|export)[^"'()]*?from\s*["']\.\/([^"']+)["']/g))
    follow.push(`assets/${found[1]}`);
  for (const found of text.matchAll(/(?:^|[;}\s])import\s*["']\.\/([^"']+)["']/g)) follow.push(`assets/${found[1]}`);
}

const size = [...first].reduce((sum, name) => sum + (compressed.get(name) ?? 0), 0);
const whole = [...compressed.values()].reduce((sum, bytes) => sum + bytes, 0);
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
console.log(`first load ${kb(size)} compressed (${first.size} files, limit ${kb(LIMIT)}); everything ${kb(whole)}`);
if (size > LIMIT) {
  console.error("The first load is over its limit. Load later what the first screen does not need.");
  process.exit(1);
}

// Types of the admin API, made from the document that the server's own test keeps true. With --check: fails when they
// are not those that are kept.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const document = new URL("../../crates/console/openapi.json", import.meta.url);
const target = new URL("../src/lib/api/schema.ts", import.meta.url);

const head = "// Made by `npm run generate` from crates/console/openapi.json. Do not edit.\n\n";
// What has a default may be left out.
const made = head + astToString(await openapiTS(document, { defaultNonNullable: false }));

if (!process.argv.includes("--check")) {
  writeFileSync(target, made);
  console.log(`wrote ${fileURLToPath(target)}`);
} else if (!existsSync(target) || readFileSync(target, "utf8") !== made) {
  console.error("src/lib/api/schema.ts is not what crates/console/openapi.json makes: write it with `npm run generate`.");
  process.exit(1);
}

// Types of the admin API, made from the document that the server's own test keeps true.
import { existsSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const document = new URL("../../crates/console/openapi.json", import.meta.url);
const target = new URL("../src/lib/api/schema.ts", import.meta.url);

if (!existsSync(document)) {
  console.error("crates/console/openapi.json is not there. Run the console's tests once; they write it.");
  process.exit(1);
}
const head = "// Made by `npm run generate` from crates/console/openapi.json. Do not edit.\n\n";
writeFileSync(target, head + astToString(await openapiTS(document)));
console.log(`wrote ${target.pathname}`);

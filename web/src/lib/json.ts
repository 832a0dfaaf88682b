// JSON that a person writes: where its error is, and what the person changed. Pure.

export interface Place {
  line: number;
  column: number;
  message: string;
}

/** What is wrong with a text that should be one JSON object, and where; null when nothing is. */
export function objectProblem(text: string): Place | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return scan(text);
  }
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return null;
  return { line: 1, column: 1, message: "An event is one JSON object, in { and }." };
}

class Wrong extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

// Browsers report the place of an error in JSON in different ways, or not at all, so this finds the place itself.
function scan(text: string): Place {
  try {
    const end = blank(text, item(text, 0, 0));
    throw new Wrong(end, end < text.length ? "Nothing may follow the end of the object." : "This is not JSON.");
  } catch (thrown) {
    const wrong = thrown instanceof Wrong ? thrown : new Wrong(0, "This is not JSON.");
    const before = text.slice(0, wrong.at).split("\n");
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message: wrong.message };
  }
}

function blank(text: string, at: number): number {
  while (at < text.length && " \t\r\n".includes(text[at] as string)) at += 1;
  return at;
}

const WORD = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

function item(text: string, from: number, depth: number): number {
  const at = blank(text, from);
  const first = text[at];
  if (depth > 200) throw new Wrong(at, "This nests too deep.");
  if (first === undefined) throw new Wrong(at, "The text ends before the JSON does: a value is missing.");
  if (first === "{") return members(text, at, depth, "}");
  if (first === "[") return members(text, at, depth, "]");
  if (first === '"') return quoted(text, at);
  WORD.lastIndex = at;
  if (WORD.test(text)) return WORD.lastIndex;
  throw new Wrong(
    at,
    first === "'"
      ? "Text stands in double quotes."
      : "Here a value is expected: text in double quotes, a number, true, false, null, { or [.",
  );
}

function members(text: string, open: number, depth: number, close: "}" | "]"): number {
  let at = blank(text, open + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    if (close === "}") {
      if (text[at] !== '"')
        throw new Wrong(
          at,
          text[at] === "}" ? "There is a comma too many before this bracket." : "Here a name in double quotes is expected.",
        );
      at = blank(text, quoted(text, at));
      if (text[at] !== ":") throw new Wrong(at, "Here a colon is expected, after the name.");
      at += 1;
    } else if (text[at] === "]") throw new Wrong(at, "There is a comma too many before this bracket.");
    at = blank(text, item(text, at, depth + 1));
    if (text[at] === close) return at + 1;
    if (text[at] === undefined) throw new Wrong(at, `The text ends before the JSON does: ${close} is missing.`);
    if (text[at] !== ",") throw new Wrong(at, `Here a comma or ${close} is expected.`);
    at = blank(text, at + 1);
  }
}

function quoted(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at += 1) {
    const one = text[at] as string;
    if (one === '"') return at + 1;
    if (one < " ") throw new Wrong(at, "A line break or tab inside text is written \\n or \\t; or a double quote is missing.");
    if (one !== "\\") continue;
    if (!/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(text.slice(at, at + 6)))
      throw new Wrong(at, 'After a backslash only " \\ / b f n r t or u and four digits may stand.');
    at += 1;
  }
  throw new Wrong(open, "The double quote that ends this text is missing.");
}

export interface Difference {
  /** Its path: "properties.feedbackScore". */
  name: string;
  before: string | null;
  now: string | null;
  same: boolean;
}

/** Two JSON values leaf by leaf; null is what one of them does not have. */
export function compare(before: unknown, now: unknown): Difference[] {
  const [old, fresh] = [leaves(before), leaves(now)];
  return [...new Set([...old.keys(), ...fresh.keys()])].map((name) => {
    const [one, other] = [old.get(name) ?? null, fresh.get(name) ?? null];
    return { name, before: one, now: other, same: one === other };
  });
}

function leaves(value: unknown, name = "", found = new Map<string, string>(), depth = 0): Map<string, string> {
  if (value !== null && typeof value === "object" && Object.keys(value).length > 0) {
    if (depth > 100) return found.set(name, "…");
    for (const [key, inner] of Object.entries(value)) leaves(inner, name ? `${name}.${key}` : key, found, depth + 1);
  } else if (value !== undefined && name !== "") found.set(name, typeof value === "string" ? value : JSON.stringify(value));
  return found;
}

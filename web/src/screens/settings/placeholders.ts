// Placeholders: texts that count as a missing id, e-mail or phone number, as a field of several lines. Pure.

export function lines(texts: readonly string[]): string {
  return texts.join("\n");
}

/** What stands on each line; a text that stands there twice, in whatever letter case, counts once. */
export function texts(lines: string): string[] {
  const found = new Map<string, string>();
  for (const line of lines.split("\n").map((one) => one.trim())) {
    if (line && !found.has(line.toLowerCase())) found.set(line.toLowerCase(), line);
  }
  return [...found.values()];
}

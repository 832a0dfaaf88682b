// Tables as files that a spreadsheet opens. Pure, except `save`.

type Cell = string | number | null | undefined;

/**
 * One cell. A spreadsheet treats text that begins with =, +, -, @ (also in their wide forms), a tab or a carriage return as a
 * formula, and would run what a person wrote into a survey (formula injection), so an apostrophe is put before such a text.
 * Numbers come from the server and stay numbers.
 */
export function cell(value: Cell): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n;]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows under their headings, as RFC 4180 has it. The mark at the front tells spreadsheets that it is UTF-8. */
export function csv(headings: string[], rows: Cell[][]): string {
  return "\ufeff" + [headings, ...rows].map((row) => row.map(cell).join(",") + "\r\n").join("");
}

/** Hands a file to the person. */
export function save(name: string, text: string, type = "text/csv;charset=utf-8") {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

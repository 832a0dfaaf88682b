import { expect, test } from "vitest";
import { cell, csv } from "./csv.ts";

test("text that a spreadsheet would run is made plain text", () => {
  for (const text of ["=1+1", "+49 30", "-1", "@SUM(A1)", " =1+1", "\t=1", "\u00a0=1", "\0=1", "＝1+1", "＋1", " －1", "＠SUM(A1)", "\n=1"])
    expect(cell(text)).toContain(`'${text}`);
  expect(cell('=HYPERLINK("http://x")')).toBe('"\'=HYPERLINK(""http://x"")"');
  expect(cell("\rx")).toBe('"\'\rx"');
});

test("plain text and numbers stay as they are", () => {
  expect(cell("Nice: 1-2 times, a=b")).toBe('"Nice: 1-2 times, a=b"');
  expect(cell("ada@example.com")).toBe("ada@example.com");
  expect(cell(-12)).toBe("-12");
  expect(cell(null)).toBe("");
  expect(cell(undefined)).toBe("");
});

test("quotes, commas and lines are quoted", () => {
  expect(cell('say "hi"\nthere')).toBe('"say ""hi""\nthere"');
  expect(csv(["a", "b"], [["x,y", 1]])).toBe('\ufeffa,b\r\n"x,y",1\r\n');
});

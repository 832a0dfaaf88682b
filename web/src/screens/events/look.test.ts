import { describe, expect, it } from "vitest";
import { look, PARTS } from "./look.ts";

const never = new AbortController().signal;

/** A log of parts: what each holds. The id of a part is its place. */
function log(parts: string[][]) {
  const asked: (string | undefined)[] = [];
  const ask = async (after: string | undefined) => {
    asked.push(after);
    const place = Number(after ?? 0);
    return { items: parts[place] ?? [], next: place + 1 < parts.length ? String(place + 1) : null };
  };
  return { ask, asked };
}

describe("looking for what is rare", () => {
  it("goes on over parts that hold nothing, and says so", async () => {
    const { ask, asked } = log([[], [], [], ["it"], ["another"]]);
    const told: number[] = [];
    const page = await look(ask, undefined, (parts) => told.push(parts), never, never);
    expect(page).toEqual({ items: ["it"], next: "4" });
    expect(asked).toEqual([undefined, "1", "2", "3"]);
    expect(told).toEqual([1, 2, 3]);
  });

  it("asks once when something is there, or when there is no more", async () => {
    for (const parts of [[["it"], ["another"]], [[]]]) {
      const { ask, asked } = log(parts);
      await look(ask, undefined, () => undefined, never, never);
      expect(asked).toHaveLength(1);
    }
  });

  it("begins where the address says", async () => {
    const { ask, asked } = log([["it"], [], ["older"]]);
    expect((await look(ask, "1", () => undefined, never, never)).items).toEqual(["older"]);
    expect(asked).toEqual(["1", "2"]);
  });

  it("leaves the rest to a person after a while, and says where to go on", async () => {
    const { ask, asked } = log(Array.from({ length: 50 }, () => []));
    const page = await look(ask, undefined, () => undefined, never, never);
    expect(asked).toHaveLength(PARTS);
    expect(page).toEqual({ items: [], next: String(PARTS) });
  });

  it("is stopped in the midst of a part, with what was looked at last", async () => {
    const stop = new AbortController();
    const { ask } = log(Array.from({ length: 50 }, () => []));
    const slow = async (after: string | undefined, signal: AbortSignal) => {
      if (after === "3") stop.abort();
      signal.throwIfAborted();
      return ask(after);
    };
    expect(await look(slow, undefined, () => undefined, never, stop.signal)).toEqual({ items: [], next: "3" });
  });

  it("fails when a part cannot be had, or when nobody waits any more", async () => {
    const { ask } = log([[], [], []]);
    const broken = (after: string | undefined) => (after === "1" ? Promise.reject(new Error("no")) : ask(after));
    await expect(look(broken, undefined, () => undefined, never, never)).rejects.toThrow("no");
    const gone = new AbortController();
    const left = async (after: string | undefined, signal: AbortSignal) => {
      if (after === "1") gone.abort();
      signal.throwIfAborted();
      return ask(after);
    };
    await expect(look(left, undefined, () => undefined, gone.signal, never)).rejects.toThrow();
  });
});

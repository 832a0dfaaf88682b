import { expect, test } from "vitest";
import { ApiProblem } from "./api/problem.ts";
import { inZone, ownZone } from "./zone.ts";

/** A server that knows these zones, and answers with the one it was asked for. */
function server(known: string[], code = "unknown_time_zone") {
  const asked: string[] = [];
  const ask = async (zone: string) => {
    asked.push(zone);
    if (!known.includes(zone)) throw new ApiProblem({ code, message: "no", what_to_do: "" }, 400);
    return zone;
  };
  return { asked, ask };
}

test("a zone that the server knows is asked for once", async () => {
  const { asked, ask } = server(["Europe/Berlin", "UTC"]);
  expect(await inZone("Europe/Berlin", ask)).toBe("Europe/Berlin");
  expect(asked).toEqual(["Europe/Berlin"]);
});

test("where the server does not know the browser's zone, days are those of UTC", async () => {
  for (const zone of ["Etc/Unknown", "+05:30", "Mars/Olympus"]) {
    const { asked, ask } = server(["UTC"]);
    expect(await inZone(zone, ask)).toBe("UTC");
    expect(asked).toEqual([zone, "UTC"]);
  }
});

test("any other failure stays one, and so does UTC's", async () => {
  const other = server([], "server_unreachable");
  await expect(inZone("Europe/Berlin", other.ask)).rejects.toMatchObject({ problem: { code: "server_unreachable" } });
  expect(other.asked).toEqual(["Europe/Berlin"]);
  const none = server([]);
  await expect(inZone("UTC", none.ask)).rejects.toThrow();
  expect(none.asked).toEqual(["UTC"]);
  await expect(inZone("x", () => Promise.reject(null))).rejects.toBeNull();
});

test("there is always a zone", () => {
  expect(ownZone()).not.toBe("");
});

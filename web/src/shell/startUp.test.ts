import { expect, test } from "vitest";
import type { Problem } from "../lib/api/types.ts";
import { initial, stageOf, step, type Effect, type Input, type Route, type Routes, type State } from "./startUp.ts";

interface Named extends Route {
  name: string;
}
const VIEWS: Record<string, Named> = {
  "/now": { name: "now" },
  "/events": { name: "events" },
  "/sign-in": { name: "sign-in", bare: true },
  "/start": { name: "start", bare: true },
};
const routes: Routes<Named> = {
  find: (path) => (VIEWS[path] ? { screen: VIEWS[path], parts: {} } : null),
  home: "/now",
};
const PROBLEM: Problem = { code: "server_unreachable", message: "The server does not answer.", what_to_do: "Try again." };

/** The machine with its effects carried out: addresses are gone to at once, modules are loaded when a test says so. */
class Console {
  state: State<Named, string>;
  loads: string[] = [];
  asked = 0;
  arrived = 0;

  constructor(path: string, here = `#${path}`) {
    this.state = initial(path, here);
  }

  put(input: Input<string>): this {
    const [next, effects] = step(this.state, input, routes);
    this.state = next;
    for (const effect of effects) this.carryOut(effect);
    return this;
  }

  private carryOut(effect: Effect<Named>) {
    if (effect.do === "ask") this.asked += 1;
    else if (effect.do === "arrive") this.arrived += 1;
    else if (effect.do === "load") this.loads.push(effect.path);
    else this.visit(effect.path, `#${effect.path}${effect.to ? `?to=${effect.to}` : ""}`);
  }

  visit(path: string, here = `#${path}`) {
    return this.put({ type: "changed", signedIn: this.state.signedIn, path, here });
  }

  answer(signedIn: boolean, needsAdministrator = false) {
    return this.put({ type: "answered", version: "1.2.3", needsAdministrator, signedIn });
  }

  sign(signedIn: boolean) {
    return this.put({ type: "changed", signedIn, path: this.state.path, here: this.state.here });
  }

  load(path = this.state.path) {
    return this.put({ type: "loaded", path, view: `view of ${path}` });
  }

  get stage() {
    return stageOf(this.state, routes);
  }
}

test("nothing is on screen until the server has answered", () => {
  const it = new Console("/events").put({ type: "begin" });
  expect(it.asked).toBe(1);
  expect(it.stage).toEqual({ frame: "none", content: { is: "nothing" } });
  it.visit("/nowhere");
  expect(it.loads).toEqual([]);
  expect(it.stage.frame).toBe("none");
});

test("a server that does not answer is a problem, and is asked again", () => {
  const it = new Console("/events").put({ type: "begin" }).put({ type: "failed", problem: PROBLEM });
  expect(it.stage).toEqual({ frame: "bare", content: { is: "problem", problem: PROBLEM } });
  it.put({ type: "begin" });
  expect(it.asked).toBe(2);
  expect(it.stage).toEqual({ frame: "none", content: { is: "nothing" } });
  it.answer(true).load();
  expect(it.stage.content).toMatchObject({ is: "view", shown: { path: "/events" } });
});

test.each([
  ["signed in, no view named", "/", true, false, "/now", "#/now"],
  ["signed in, at the sign-in", "/sign-in", true, false, "/now", "#/now"],
  ["signed in, at a view", "/events", true, false, "/events", "#/events"],
  ["signed in, at the start", "/start", true, false, "/start", "#/start"],
  ["not signed in, no view named", "/", false, false, "/sign-in", "#/sign-in"],
  ["not signed in, at a view", "/events", false, false, "/sign-in", "#/sign-in?to=#/events"],
  ["not signed in, at the start", "/start", false, false, "/sign-in", "#/sign-in?to=#/start"],
  ["not signed in, at an address of nothing", "/nowhere", false, false, "/sign-in", "#/sign-in?to=#/nowhere"],
  ["no administrator yet", "/events", false, true, "/start", "#/start"],
  ["no administrator yet, at the sign-in", "/sign-in", false, true, "/start", "#/start"],
])("%s: %s leads on", (_, path, signedIn, needsAdministrator, to, here) => {
  const it = new Console(path).put({ type: "begin" }).answer(signedIn, needsAdministrator);
  expect(it.state.path).toBe(to);
  expect(it.state.here).toBe(here);
  expect(it.loads).toEqual([to]);
});

test("who is signed in has the sidebar, and a bare view has none", () => {
  const it = new Console("/now").answer(true).load();
  expect(it.stage).toMatchObject({ frame: "shell", content: { is: "view", shown: { screen: { name: "now" }, view: "view of /now" } } });
  it.visit("/start").load();
  expect(it.stage.frame).toBe("bare");
});

test("the first administrator leaves the start to the views, and is not sent back", () => {
  const it = new Console("/").answer(false, true).load();
  expect(it.stage).toMatchObject({ frame: "bare", content: { is: "view", shown: { path: "/start" } } });
  it.sign(true);
  expect(it.state.path).toBe("/start");
  it.visit("/now").load();
  expect(it.stage).toMatchObject({ frame: "shell", content: { is: "view", shown: { path: "/now" } } });
  it.sign(false);
  expect(it.state.path).toBe("/sign-in");
});

test("after signing out nothing of the view stays on screen", () => {
  const it = new Console("/events").answer(true).load();
  it.sign(false);
  expect(it.stage).toEqual({ frame: "bare", content: { is: "nothing" } });
  it.load();
  expect(it.stage.content).toMatchObject({ is: "view", shown: { path: "/sign-in" } });
});

test("a view stays until the next is loaded, and one that comes too late is not shown", () => {
  const it = new Console("/now").answer(true).load();
  it.visit("/events");
  expect(it.stage.content).toMatchObject({ is: "view", shown: { path: "/now" } });
  it.visit("/now").load("/events");
  expect(it.stage.content).toMatchObject({ is: "view", shown: { path: "/now" } });
  it.visit("/events").put({ type: "not_loaded", path: "/now", problem: PROBLEM }).load();
  expect(it.stage.content).toMatchObject({ is: "view", shown: { path: "/events" } });
});

test("each view is arrived at once, and another query is the same view", () => {
  const it = new Console("/now").answer(true).load();
  expect(it.arrived).toBe(1);
  it.visit("/now", "#/now?range=7d");
  expect(it.loads).toEqual(["/now"]);
  it.visit("/events").load();
  expect(it.arrived).toBe(2);
});

test("an address of nothing says so, in the frame", () => {
  const it = new Console("/nowhere").answer(true);
  expect(it.stage).toEqual({ frame: "shell", content: { is: "lost" } });
  it.visit("/now").load();
  expect(it.stage.content.is).toBe("view");
});

test("a view that could not be loaded is loaded again when asked, and does not stand in the way of others", () => {
  const it = new Console("/now").answer(true).load();
  it.visit("/events").put({ type: "not_loaded", path: "/events", problem: PROBLEM });
  expect(it.stage).toEqual({ frame: "shell", content: { is: "problem", problem: PROBLEM } });
  it.put({ type: "begin" });
  expect(it.asked).toBe(0);
  expect(it.loads).toEqual(["/now", "/events", "/events"]);
  it.put({ type: "not_loaded", path: "/events", problem: PROBLEM }).visit("/now");
  expect(it.stage.content).toMatchObject({ is: "view", shown: { path: "/now" } });
});

test("a request that was cancelled is no problem", () => {
  const it = new Console("/now").put({ type: "begin" }).put({ type: "failed", problem: null });
  expect(it.stage).toEqual({ frame: "none", content: { is: "nothing" } });
});

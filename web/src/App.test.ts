// @vitest-environment happy-dom
import { render, screen } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";
import App from "./App.svelte";

afterEach(() => vi.unstubAllGlobals());

test("somebody who is not signed in gets from the address to the sign-in", async () => {
  const setup = { version: "1.2.3", needs_administrator: false, signed_in: false };
  vi.stubGlobal("fetch", async () => Response.json(setup));
  render(App);
  const heading = await screen.findByRole("heading", { level: 1 }, { timeout: 20_000 });
  expect(heading.textContent).toBe("Sign in");
  expect(location.hash).toBe("#/sign-in");
}, 30_000);

test("whoever is signed in has the views beside an address that leads nowhere", async () => {
  const problem = { code: "unavailable", message: "not now", what_to_do: "later" };
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname;
    if (path.endsWith("/setup")) return Response.json({ version: "1.2.3", needs_administrator: false, signed_in: true });
    if (path.endsWith("/me")) return Response.json({ name: "grace", role: "administrator" });
    return Response.json(problem, { status: 503 });
  });
  history.replaceState(null, "", "#/nowhere");
  window.dispatchEvent(new Event("hashchange"));
  render(App);
  const heading = await screen.findByRole("heading", { level: 1, name: "Page not found" }, { timeout: 20_000 });
  expect(heading).toBeTruthy();
  expect(screen.getByRole("navigation", { name: "Views" }).textContent).toContain("Events");
}, 30_000);

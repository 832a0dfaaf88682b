// @vitest-environment happy-dom
import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { createRawSnippet } from "svelte";
import { expect, test } from "vitest";
import Table from "./Table.svelte";

interface Item {
  id: number;
  name: string;
}
const ITEMS: Item[] = [
  { id: 1, name: "web" },
  { id: 2, name: "app" },
];
const props = {
  caption: "Sources",
  columns: [
    { id: "name", label: "Name", text: (item: unknown) => (item as Item).name },
    { id: "events", label: "Events", align: "right" as const, text: () => null },
    { id: "do", label: "Actions", quiet: true, text: () => "remove" },
  ],
  items: ITEMS as unknown[],
  key: (item: unknown) => (item as Item).id,
};

test("it is a table with a name, headings and cells, also where it is shown as cards", () => {
  render(Table, props);
  const table = screen.getByRole("table", { name: "Sources" });
  expect(
    within(table)
      .getAllByRole("columnheader")
      .map((one) => one.textContent?.trim()),
  ).toEqual(["Name", "Events", "Actions"]);
  const cells = within(table).getAllByRole("cell");
  expect(cells.map((one) => one.textContent?.trim())).toEqual(["web", "–", "remove", "app", "–", "remove"]);
  expect(cells.slice(0, 3).map((one) => one.getAttribute("data-label"))).toEqual(["Name", "Events", null]);
});

test("each row is one link, reached with the keyboard in the order of the rows", async () => {
  render(Table, { ...props, href: (item: unknown) => `#/${(item as Item).name}`, current: (item: unknown) => (item as Item).id === 2 });
  const links = screen.getAllByRole("link");
  expect(links.map((one) => one.getAttribute("href"))).toEqual(["#/web", "#/app"]);
  expect(links.map((one) => one.getAttribute("aria-current"))).toEqual([null, "true"]);
  await userEvent.tab();
  expect(document.activeElement).toBe(links[0]);
  await userEvent.tab();
  expect(document.activeElement).toBe(links[1]);
});

test("newer rows on their way are told, and no rows are what stands in their place", async () => {
  const empty = createRawSnippet(() => ({ render: () => "<p>No source yet</p>" }));
  const { rerender } = render(Table, { ...props, busy: true, empty });
  expect(screen.getByRole("table").getAttribute("aria-busy")).toBe("true");
  await rerender({ busy: false });
  expect(screen.getByRole("table").hasAttribute("aria-busy")).toBe(false);
  await rerender({ items: [] });
  expect(screen.queryByRole("table")).toBeNull();
  expect(screen.getByText("No source yet")).toBeTruthy();
});

// @vitest-environment happy-dom
import { render, screen } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { createRawSnippet } from "svelte";
import { expect, test, vi } from "vitest";
import Dialog from "./Dialog.svelte";

const children = createRawSnippet(() => ({
  render: () => `<div><input aria-label="Kept" readonly><input aria-label="Name"><button type="submit">Save</button></div>`,
}));

test("it is a modal dialog named by its title, and what it is about has the focus", () => {
  const show = vi.spyOn(HTMLDialogElement.prototype, "showModal");
  render(Dialog, { title: "Add a source", children, onclose: () => {} });
  expect(screen.getByRole("dialog", { name: "Add a source" })).toBeTruthy();
  expect(show).toHaveBeenCalledOnce();
  expect(document.activeElement).toBe(screen.getByLabelText("Name"));
  show.mockRestore();
});

test("Enter in a field submits it, and no page is loaded", async () => {
  const onsubmit = vi.fn();
  render(Dialog, { title: "Add a source", children, onsubmit });
  await userEvent.type(screen.getByLabelText("Name"), "web{Enter}");
  expect(onsubmit).toHaveBeenCalledOnce();
});

test("Escape and the button ask for it to be closed, and leave that to whoever opened it", async () => {
  const onclose = vi.fn();
  render(Dialog, { title: "Add a source", children, onclose });
  const cancel = new Event("cancel", { cancelable: true });
  screen.getByRole("dialog").dispatchEvent(cancel);
  expect(cancel.defaultPrevented).toBe(true);
  await userEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(onclose).toHaveBeenCalledTimes(2);
  expect(screen.getByRole<HTMLDialogElement>("dialog").open).toBe(true);
});

test("one that cannot be closed has no button to close it", () => {
  render(Dialog, { title: "Sign in again", children });
  expect(screen.queryByRole("button", { name: "Close" })).toBeNull();
});

test("when it goes it is closed, on which the browser gives the focus back", () => {
  const close = vi.spyOn(HTMLDialogElement.prototype, "close");
  const { unmount } = render(Dialog, { title: "Add a source", children });
  unmount();
  expect(close).toHaveBeenCalledOnce();
  close.mockRestore();
});

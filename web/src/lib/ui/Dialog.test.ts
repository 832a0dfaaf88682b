// @vitest-environment happy-dom
import { render, screen } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { createRawSnippet } from "svelte";
import { afterEach, describe, expect, test, vi } from "vitest";
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

describe("when it goes", () => {
  afterEach(() => document.body.replaceChildren());

  /** Something of the page that can have the focus. */
  function put(tag: string, id: string): HTMLElement {
    const element = document.createElement(tag);
    element.id = id;
    element.tabIndex = tag === "main" ? -1 : 0;
    document.body.append(element);
    return element;
  }

  test("the focus is back at the element that opened it", () => {
    const [opener] = [put("button", "opener"), put("button", "other"), put("main", "main")];
    opener?.focus();
    const close = vi.spyOn(HTMLDialogElement.prototype, "close");
    const { unmount } = render(Dialog, { title: "Add a source", children });
    expect(document.activeElement).toBe(screen.getByLabelText("Name"));
    unmount();
    expect(close).toHaveBeenCalledOnce();
    expect(document.activeElement).toBe(opener);
    close.mockRestore();
  });

  test("and at the content of the page where that element was removed with what the dialog is about", () => {
    const [opener, main] = [put("button", "opener"), put("main", "main")];
    opener?.focus();
    const { unmount } = render(Dialog, { title: "Remove the source", children });
    opener?.remove();
    unmount();
    expect(document.activeElement).toBe(main);
  });

  test("and stays where something else took it, such as the next dialog", () => {
    const [opener, other] = [put("button", "opener"), put("button", "other")];
    opener?.focus();
    const { unmount } = render(Dialog, { title: "Add a source", children });
    other?.focus();
    unmount();
    expect(document.activeElement).toBe(other);
  });
});

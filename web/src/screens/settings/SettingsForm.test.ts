// @vitest-environment happy-dom
import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { ApiProblem } from "../../lib/api/problem.ts";
import { router } from "../../lib/router.svelte.ts";
import { shown as toasts } from "../../lib/toast.svelte.ts";
import Sample from "./SettingsFormSample.svelte";

const STORED = { name: "web", limit: "10" };
const name = () => screen.getByLabelText<HTMLInputElement>("Name");
const limit = () => screen.getByLabelText<HTMLInputElement>("Limit");
const button = (name: string) => screen.queryByRole("button", { name });
const unsaved = () => screen.queryByText("Not saved yet") !== null;

/** The form, whose saved state is stored by the "server", unless `refuse` says otherwise. */
function open(more: { editable?: boolean; refuse?: () => ApiProblem } = {}) {
  const save = vi.fn<(draft: typeof STORED, base: typeof STORED) => Promise<void>>(async (draft) => {
    if (more.refuse) throw more.refuse();
    await view.rerender({ stored: { ...draft, name: draft.name.trim() } });
  });
  const view = render(Sample, { stored: STORED, editable: more.editable ?? true, save });
  return { save, ...view };
}

/** Whether the browser is asked to warn before the page is closed. */
function warnsBeforeClosing(): boolean {
  const event = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(event);
  return event.defaultPrevented;
}

/** What a click on a link does: the browser has gone there, and says so. */
async function goTo(hash: string) {
  history.pushState(null, "", hash);
  window.dispatchEvent(new Event("hashchange"));
  await Promise.resolve();
}

beforeEach(async () => {
  await goTo("#/settings/sources/web?tab=limits");
});

test("it is unchanged until something of another meaning stands in a field", async () => {
  const { save } = open();
  expect([unsaved(), button("Discard changes"), warnsBeforeClosing()]).toEqual([false, null, false]);
  expect(button("Save")?.getAttribute("aria-disabled")).toBe("true");
  await userEvent.type(name(), "  {Enter}");
  expect([unsaved(), save.mock.calls.length]).toEqual([false, 0]);
  await userEvent.type(name(), "site");
  expect([unsaved(), warnsBeforeClosing()]).toEqual([true, true]);
  expect(button("Save")?.hasAttribute("aria-disabled")).toBe(false);
});

test("saving hands over the draft and what the person began with; then nothing is unsaved", async () => {
  const { save } = open();
  await userEvent.type(name(), "site ");
  await userEvent.click(button("Save")!);
  expect(save.mock.calls).toEqual([[{ name: "website ", limit: "10" }, STORED]]);
  expect(name().value).toBe("website");
  expect([unsaved(), warnsBeforeClosing()]).toEqual([false, false]);
  expect(toasts.all.at(-1)?.text).toBe("Saved the limits.");
});

test("discarding brings back what is stored, and takes the error away", async () => {
  open({ refuse: () => new ApiProblem({ code: "taken", message: "the name is taken", what_to_do: "choose another", field: "name" }, 409) });
  await userEvent.type(name(), "site");
  await userEvent.click(button("Save")!);
  expect(name().getAttribute("aria-invalid")).toBe("true");
  await userEvent.click(button("Discard changes")!);
  expect([name().value, name().hasAttribute("aria-invalid"), unsaved()]).toEqual(["web", false, false]);
});

test("an error stands beside its field, and at the top when no field shows it; what was typed stays", async () => {
  let field = "name";
  open({ refuse: () => new ApiProblem({ code: "taken", message: "it is taken", what_to_do: "choose another", field }, 409) });
  await userEvent.type(name(), "site");
  await userEvent.click(button("Save")!);
  expect(name().getAttribute("aria-invalid")).toBe("true");
  expect(screen.getAllByText(/It is taken\./)).toHaveLength(1);
  field = "kind";
  await userEvent.click(button("Save")!);
  expect(name().hasAttribute("aria-invalid")).toBe(false);
  expect(screen.getByText("It is taken.")).toBeTruthy();
  expect([name().value, unsaved()]).toEqual(["website", true]);
});

test("what a field itself calls wrong is not sent", async () => {
  const { save } = open();
  await userEvent.type(limit(), "{Home}-{Enter}");
  expect([limit().value, save.mock.calls.length]).toEqual(["-10", 0]);
});

test("untouched fields follow what is stored; a person's changes stay, and only those are theirs", async () => {
  const { save, rerender } = open();
  await rerender({ stored: { name: "web", limit: "20" } });
  expect(limit().value).toBe("20");
  await userEvent.type(name(), " ");
  await rerender({ stored: { name: "web", limit: "20" } });
  expect(name().value).toBe("web ");
  await userEvent.type(name(), "{Backspace}site");
  await rerender({ stored: { name: "web", limit: "30" } });
  expect([name().value, limit().value]).toEqual(["website", "20"]);
  await userEvent.click(button("Save")!);
  expect(save.mock.calls).toEqual([
    [
      { name: "website", limit: "20" },
      { name: "web", limit: "20" },
    ],
  ]);
});

test("whoever may not change it gets no button, and is told", async () => {
  open({ editable: false });
  expect([button("Save"), name().disabled]).toEqual([null, true]);
  expect(screen.getByText("You cannot change this here.")).toBeTruthy();
});

test("leaving with changes is asked about first, and the way back is taken", async () => {
  const back = vi.spyOn(history, "go").mockImplementation(() => {});
  open();
  await userEvent.type(name(), "site");
  await goTo("#/settings/sources/web?tab=limits&kind=mobile");
  expect(screen.queryByRole("dialog")).toBeNull();
  await goTo("#/events");
  expect(back.mock.calls).toEqual([[-1]]);
  expect(router.path).toBe("/settings/sources/web");
  let dialog = await screen.findByRole("dialog", { name: "Leave without saving?" });
  await userEvent.click(within(dialog).getByRole("button", { name: "Stay here" }));
  expect([screen.queryByRole("dialog"), name().value]).toEqual([null, "website"]);

  await goTo("#/settings/sources/web?tab=other");
  dialog = await screen.findByRole("dialog", { name: "Leave without saving?" });
  await userEvent.click(within(dialog).getByRole("button", { name: "Discard changes and leave" }));
  expect([router.path, router.param("tab"), unsaved()]).toEqual(["/settings/sources/web", "other", false]);
  back.mockRestore();
});

test("without changes nobody is held, also not after the form is gone", async () => {
  const back = vi.spyOn(history, "go").mockImplementation(() => {});
  const { unmount } = open();
  await goTo("#/events");
  expect(router.path).toBe("/events");
  await goTo("#/settings/sources/web?tab=limits");
  await userEvent.type(name(), "site");
  unmount();
  await goTo("#/events");
  expect([router.path, back.mock.calls.length, warnsBeforeClosing()]).toEqual(["/events", 0, false]);
  back.mockRestore();
});

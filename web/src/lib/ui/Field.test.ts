// @vitest-environment happy-dom
import { render, screen } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { expect, test } from "vitest";
import Field from "./Field.svelte";

const described = (field: HTMLElement) =>
  (field.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent?.trim());

test("a label names its field, and a press on it goes to the field", async () => {
  render(Field, { label: "Name", value: "ada" });
  const field = screen.getByLabelText<HTMLInputElement>("Name");
  expect(field.value).toBe("ada");
  await userEvent.click(screen.getByText("Name"));
  expect(document.activeElement).toBe(field);
});

test("what is wrong and the hint belong to the field, the error first", async () => {
  const { rerender } = render(Field, { label: "Name", value: "", hint: "As in the log.", error: "Enter a name." });
  const field = screen.getByLabelText("Name");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(described(field)).toEqual(["Enter a name.", "As in the log."]);
  await rerender({ error: null });
  expect(field.hasAttribute("aria-invalid")).toBe(false);
  expect(described(field)).toEqual(["As in the log."]);
});

test("several lines have the same label, error and state", () => {
  render(Field, { label: "Placeholders", value: "a\nb", rows: 4, error: "Too many.", disabled: true });
  const field = screen.getByLabelText<HTMLTextAreaElement>("Placeholders");
  expect(field.tagName).toBe("TEXTAREA");
  expect(field.disabled).toBe(true);
  expect(described(field)).toEqual(["Too many."]);
});

test("a password is hidden until it is asked for, and the button says which password", async () => {
  render(Field, { label: "Password", value: "secret", type: "password" });
  const field = screen.getByLabelText<HTMLInputElement>("Password", { selector: "input" });
  expect(field.type).toBe("password");
  const button = screen.getByRole("button", { name: "Show Password" });
  await userEvent.click(button);
  expect(field.type).toBe("text");
  expect(button.getAttribute("aria-pressed")).toBe("true");
  expect(field.value).toBe("secret");
});

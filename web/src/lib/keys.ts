// The keyboard: which keys do something anywhere, and which one goes where.

export interface Key {
  keys: string[];
  does: string;
}

export const KEYS: Key[] = [
  { keys: ["/"], does: "Go to the search field" },
  { keys: ["?"], does: "Show the keyboard shortcuts" },
  { keys: ["Esc"], does: "Close the dialog or menu" },
];

/** Whether a key press is meant for what has the focus, and not for the view. */
export function typing(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const at = event.target;
  return at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
}

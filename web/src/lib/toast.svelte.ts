// Short messages about what was just done. They are in a live region, and disappear by themselves.

export interface Toast {
  id: number;
  text: string;
  tone: "good" | "bad";
}

let toasts = $state.raw<Toast[]>([]);
let next = 1;

export const shown = {
  get all() {
    return toasts;
  },
};

export function dismiss(id: number) {
  toasts = toasts.filter((one) => one.id !== id);
}

export function toast(text: string, tone: Toast["tone"] = "good") {
  const id = next++;
  toasts = [...toasts.slice(-2), { id, text, tone }];
  setTimeout(() => dismiss(id), tone === "good" ? 5_000 : 12_000);
}

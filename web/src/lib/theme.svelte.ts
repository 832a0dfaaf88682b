// The theme, light or dark: that of the system, unless the person chose one.

export type Theme = "auto" | "light" | "dark";
const KEY = "rapport.theme";

function stored(): Theme {
  try {
    const text = localStorage.getItem(KEY);
    return text === "light" || text === "dark" ? text : "auto";
  } catch {
    return "auto";
  }
}

let chosen = $state<Theme>(stored());
const dark = matchMedia("(prefers-color-scheme: dark)");
let systemDark = $state(dark.matches);
dark.addEventListener("change", () => {
  systemDark = dark.matches;
  show();
});

function show() {
  document.documentElement.dataset.theme = theme.shown;
}

export const theme = {
  get chosen() {
    return chosen;
  },
  /** What is on screen now; charts draw with it. */
  get shown(): "light" | "dark" {
    return chosen === "auto" ? (systemDark ? "dark" : "light") : chosen;
  },
  choose(next: Theme) {
    chosen = next;
    show();
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // In a browser without storage the choice lasts until the page is left.
    }
  },
};

show();

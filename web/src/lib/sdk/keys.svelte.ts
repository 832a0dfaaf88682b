// The write keys that the server showed in this page, by source. They are only in memory, and gone when the page is left.
import { SvelteMap } from "svelte/reactivity";

export const writeKeys = new SvelteMap<string, string>();

// Write keys that the server showed in this page, by source. In memory only, gone with the page.
import { SvelteMap } from "svelte/reactivity";

export const writeKeys = new SvelteMap<string, string>();

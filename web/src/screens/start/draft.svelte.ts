// The texts that were typed in the steps, so that going back and forth loses nothing. The login stays in memory: it must not
// be in an address or in the browser's storage.
import type { Region } from "../../lib/api/types.ts";

export const draft = $state({
  username: "",
  password: "",
  accountToken: "",
  region: "auto" as Region | "auto",
  baseUrl: "",
  plainHttp: false,
});

export function clearDraft() {
  Object.assign(draft, { username: "", password: "", accountToken: "", region: "auto", baseUrl: "", plainHttp: false });
}

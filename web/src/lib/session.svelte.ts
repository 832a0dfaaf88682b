// Who is signed in, and what they may do. It imports nothing from the client, because the client imports it.
import type { Me, Role } from "./api/types.ts";

const RANK: Record<Role, number> = { viewer: 0, operator: 1, administrator: 2 };

let me = $state.raw<Me | null>(null);
let expired = $state(false);
let waiting: ((signedIn: boolean) => void)[] = [];

export const session = {
  /** Who is signed in; null before that. */
  get me() {
    return me;
  },
  /** Whether the session ran out while somebody was at work: the dialog to sign in again is open. */
  get expired() {
    return expired;
  },
  can(role: Role): boolean {
    return me !== null && RANK[me.role] >= RANK[role];
  },
  begin(who: Me) {
    me = who;
    this.settle(true);
  },
  end() {
    me = null;
    this.settle(false);
  },
  /** Asks the person to sign in again; true when they did. All requests that need it wait for the same answer. */
  signInAgain(): Promise<boolean> {
    expired = true;
    return new Promise((resolve) => waiting.push(resolve));
  },
  settle(signedIn: boolean) {
    expired = false;
    const all = waiting;
    waiting = [];
    for (const resolve of all) resolve(signedIn);
  },
};

/** Why somebody of this role may not do a thing that needs another. */
export function roleReason(needed: Role): string {
  return needed === "administrator" ? "Only an administrator can do this." : "Only an operator or an administrator can do this.";
}

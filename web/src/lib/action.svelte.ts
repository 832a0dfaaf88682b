// An action of a person: it is busy while it runs, and keeps its problem so that it is shown beside the button.
import { problemOf } from "./api/problem.ts";
import type { Problem } from "./api/types.ts";
import { sentence } from "./format.ts";

export class Action {
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);

  /** Runs it, unless it runs already. True when it went well. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.problem = problemOf(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** What to say beside a field, when the problem is that field's. */
  at(...fields: string[]): string | undefined {
    const problem = this.problem;
    if (!problem?.field || !fields.includes(problem.field)) return undefined;
    // The message says what to do about a wrong value; the advice is for people who write programs.
    if (problem.code === "invalid_request") return sentence(problem.message);
    return `${sentence(problem.message)} ${sentence(problem.what_to_do)}`.trim();
  }

  /** Forgets the last problem, such as when a dialog is opened anew. */
  clear() {
    this.problem = null;
  }

  /** The problem, unless it is shown beside one of these fields. */
  except(...fields: string[]): Problem | null {
    return this.problem?.field && fields.includes(this.problem.field) ? null : this.problem;
  }
}

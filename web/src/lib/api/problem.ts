// The error of a request that was refused or failed.
import type { Problem } from "./types.ts";

/** A refused or failed request, in words for people. */
export class ApiProblem extends Error {
  readonly problem: Problem;
  readonly status: number;

  constructor(problem: Problem, status: number) {
    super(problem.message);
    this.problem = problem;
    this.status = status;
  }
}

/** The problem of whatever was thrown; null when the request was given up by ourselves. */
export function problemOf(thrown: unknown): Problem | null {
  if (thrown instanceof ApiProblem) return thrown.problem;
  if (thrown instanceof DOMException && thrown.name === "AbortError") return null;
  return {
    code: "console_failed",
    message: "This page could not be shown.",
    what_to_do: "Reload the page. If it happens again, please report it and say what you did.",
  };
}

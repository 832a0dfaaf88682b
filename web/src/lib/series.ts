// Numbers over time, made ready to be drawn. Pure.

type Values = readonly (number | null)[];

/** The sum of what is there. */
export function total(values: Values): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** Whether there is any number to draw. */
export function anything(...all: Values[]): boolean {
  return all.some((values) => values.some((value) => value !== null && value !== 0));
}

/** Ages in seconds, in the largest unit that keeps the axis readable, and what that unit is called. */
export function ages(seconds: Values): { unit: string; values: (number | null)[] } {
  const most = Math.max(0, ...seconds.map((value) => value ?? 0));
  const [size, unit] =
    most > 2 * 86_400 ? [86_400, "days"] : most > 2 * 3_600 ? [3_600, "hours"] : most > 120 ? [60, "minutes"] : [1, "seconds"];
  return { unit, values: seconds.map((value) => (value === null ? null : Math.round((value / size) * 10) / 10)) };
}

/** What a bucket is called: "per minute", "per 12 minutes". */
export function perStep(seconds: number): string {
  const units: [number, string][] = [
    [604_800, "week"],
    [86_400, "day"],
    [3_600, "hour"],
    [60, "minute"],
    [1, "second"],
  ];
  for (const [size, name] of units) {
    if (seconds < size) continue;
    const many = Math.round((seconds / size) * 10) / 10;
    return many === 1 ? `per ${name}` : `per ${many} ${name}s`;
  }
  return "per second";
}

/** Parts that stand on top of each other: what to draw of each, the whole first, so that smaller ones lie before larger. */
export function stacked(parts: Values[]): (number | null)[][] {
  return parts.map((_, first) =>
    (parts[0] ?? []).map((_, at) => {
      const here = parts.slice(first).map((values) => values[at] ?? null);
      return here.every((value) => value === null) ? null : total(here);
    }),
  );
}

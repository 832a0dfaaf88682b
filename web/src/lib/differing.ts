/** The entries of `wanted` that differ from those of `before`. Pure. */
export function differing<T extends object>(wanted: T, before: T): Partial<T> {
  const keys = (Object.keys(wanted) as (keyof T)[]).filter((key) => JSON.stringify(wanted[key]) !== JSON.stringify(before[key]));
  return Object.fromEntries(keys.map((key) => [key, wanted[key]])) as Partial<T>;
}

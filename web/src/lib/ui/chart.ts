// The look of our charts, as options of uPlot.
import type uPlot from "uplot";

export interface ChartSeries {
  label: string;
  values: (number | null)[];
  /** One of the chart colours of tokens.css. */
  colour: 1 | 2 | 3 | 4 | 5 | 6;
  kind?: "line" | "area" | "bars" | "dashed";
  /** What is told of it, where that is not what is drawn: the part, when the parts are stacked. */
  told?: (number | null)[];
}

export interface ChartLook {
  series: ChartSeries[];
  width: number;
  height: number;
  format: (value: number) => string;
  /** The values at the bottom and at the top; otherwise from 0 to just over the largest. */
  range?: [number, number];
  /** What the values tell of: each of a span of time, or, without spans, of its moment. */
  spans?: Span[] | null;
}

/** A span of time, UNIX seconds. */
export type Span = readonly [from: number, to: number];

/** The spans that begin at these moments, each where the one before ends; the last ends at `end`. */
export function spansOf(at: readonly number[], end: number): Span[] {
  return at.map((from, index) => [from, at[index + 1] ?? Math.max(from, end)]);
}

/** Where values are drawn: at their moment, or in the middle of their span. */
export function places(at: readonly number[], spans?: readonly Span[] | null): number[] {
  return spans ? spans.map(([from, to]) => (from + to) / 2) : [...at];
}

/** What the span of a value is called: "26 Nov, 00:00 – 27 Nov, 00:00". */
export function spanText([from, to]: Span): string {
  const when = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const text = when.format(from * 1000);
  return to > from ? `${text} – ${when.format(to * 1000)}` : text;
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function draw(library: typeof uPlot, box: HTMLElement, look: ChartLook, data: (number | null)[][]): uPlot {
  const axis = {
    stroke: token("--text-3"),
    font: `12px ${token("--font")}`,
    grid: { stroke: token("--chart-grid"), width: 1 },
    ticks: { show: false },
  };
  const bars = library.paths.bars?.({ size: [0.7, 24], radius: 0.1 });
  const options: uPlot.Options = {
    width: look.width,
    height: look.height,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    // Half of the last label of the time axis is beyond the end of the axis.
    padding: [8, 20, 0, 0],
    scales: {
      // A value is drawn in the middle of its span, so half a span is free at either end.
      x: { range: (_plot, low, high) => [look.spans?.[0]?.[0] ?? low, look.spans?.at(-1)?.[1] ?? high] },
      y: { range: (_plot, _low, high) => look.range ?? [0, Math.max(1, (high || 0) * 1.08)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 28, space: 70, values: timeLabels },
      {
        ...axis,
        size: (_plot, values) => 16 + 7 * Math.max(2, ...(values ?? []).map((value) => value?.length ?? 0)),
        space: 36,
        values: (_plot, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? look.format(tick) : "")),
      },
    ],
    series: [
      {},
      ...look.series.map((one): uPlot.Series => {
        const colour = token(`--chart-${one.colour}`);
        return {
          label: one.label,
          // Stacked bars have a gap, for people who cannot tell their colours apart.
          stroke: one.kind === "bars" ? token("--surface") : colour,
          width: one.kind === "bars" ? 1.5 : one.kind === "dashed" ? 1.2 : 1.8,
          dash: one.kind === "dashed" ? [4, 4] : undefined,
          fill: one.kind === "area" ? `${colour}22` : one.kind === "bars" ? colour : undefined,
          paths: one.kind === "bars" && bars ? bars : undefined,
          // A line needs two values; a single value, such as the first of a new server, is a dot.
          points: { show: one.kind !== "bars", size: 6, fill: colour, filter: (plot, index) => alone(plot.data[index] ?? []) },
          spanGaps: false,
        };
      }),
    ],
    plugins: [tooltip(look)],
  };
  return new library(options, data as uPlot.AlignedData, box);
}

/** Where values stand that have none beside them. */
export function alone(values: ArrayLike<number | null | undefined>): number[] {
  const there = (index: number) => values[index] !== null && values[index] !== undefined;
  return Array.from(values, (_, index) => index).filter((index) => there(index) && !there(index - 1) && !there(index + 1));
}

function timeLabels(_plot: uPlot, ticks: number[], _axis: number, _space: number, step: number): string[] {
  const format = new Intl.DateTimeFormat(
    "en-GB",
    step >= 86_400 ? { day: "numeric", month: "short" } : { hour: "2-digit", minute: "2-digit" },
  );
  const dated = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
  return ticks.map((tick) => {
    const date = new Date(tick * 1000);
    const midnight = step < 86_400 && date.getHours() === 0 && date.getMinutes() === 0;
    return (midnight ? dated : format).format(date);
  });
}

/** The values under the pointer. */
function tooltip(look: ChartLook): uPlot.Plugin {
  const tip = document.createElement("div");
  tip.className = "chart-tip";

  function row(name: string, value: string, colour?: number): HTMLElement {
    const line = document.createElement("div");
    const key = document.createElement("span");
    key.textContent = name;
    if (colour) {
      const dot = document.createElement("i");
      dot.style.background = `var(--chart-${colour})`;
      key.prepend(dot);
    }
    const number = document.createElement("b");
    number.textContent = value;
    line.append(key, number);
    return line;
  }

  return {
    hooks: {
      init: (plot) => {
        plot.over.append(tip);
        plot.over.addEventListener("mouseleave", () => (tip.hidden = true));
        tip.hidden = true;
      },
      setCursor: (plot) => {
        const index = plot.cursor.idx;
        const left = plot.cursor.left ?? -1;
        if (index === null || index === undefined || left < 0) {
          tip.hidden = true;
          return;
        }
        const second = plot.data[0][index];
        tip.replaceChildren(
          row(second === undefined ? "" : spanText(look.spans?.[index] ?? [second, second]), ""),
          ...look.series.map((one, place) => {
            const value = (one.told ?? plot.data[place + 1])?.[index];
            return row(one.label, value === null || value === undefined ? "–" : look.format(value), one.colour);
          }),
        );
        tip.hidden = false;
        const width = tip.offsetWidth;
        const room = plot.over.clientWidth;
        tip.style.left = `${Math.max(0, Math.min(left + 12 + width > room ? left - width - 12 : left + 12, room - width))}px`;
      },
    },
  };
}

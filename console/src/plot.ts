// The plot of calls by the hour. A script of its own, which the page loads when it shows one.
import uPlot from 'uplot';

export interface PlotOf {
  at: number[]; // Unix seconds
  calls: number[];
  wrong: number[]; // refused or failed
}

const height = 160;
const barShare = 0.7;
const halfHour = 1_800; // so that the first and the last bar are whole
const hoursOfDay = 24;

const color = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Draws into `place`, as wide as it is. Returns what removes the plot.
export function draw(place: HTMLElement, what: PlotOf): () => void {
  const bars = uPlot.paths.bars?.({size: [barShare, 60]});
  let plot: uPlot | undefined;
  // In the person's own way of writing: an hour of one day, or a day of a week.
  const nameOf = (at: number): string =>
    what.at.length > hoursOfDay
      ? new Date(at * 1000).toLocaleDateString(undefined, {day: 'numeric', month: 'short'})
      : new Date(at * 1000).toLocaleTimeString(undefined, {hour: '2-digit', minute: '2-digit'});
  const make = (): void => {
    plot?.destroy();
    const axis: uPlot.Axis = {
      stroke: color('--quiet'),
      font: '12px system-ui, sans-serif',
      grid: {stroke: color('--line'), width: 1},
      ticks: {stroke: color('--line'), width: 1},
    };
    plot = new uPlot(
      {
        width: Math.max(place.clientWidth, 200),
        height,
        legend: {show: false},
        cursor: {show: false},
        scales: {x: {range: (_plot, min, max) => [min - halfHour, max + halfHour]}, y: {range: (_plot, _min, max) => [0, Math.max(max, 4)]}},
        axes: [{...axis, values: (_plot, splits) => splits.map(nameOf)}, {...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 1_000_000]}],
        series: [
          {},
          {label: 'calls', fill: color('--accent'), stroke: color('--accent'), width: 0, paths: bars, points: {show: false}},
          {label: 'refused or failed', fill: color('--bad'), stroke: color('--bad'), width: 0, paths: bars, points: {show: false}},
        ],
      },
      [what.at, what.calls, what.wrong],
      place,
    );
  };
  make();
  const resized = new ResizeObserver(() => plot && place.clientWidth > 0 && plot.setSize({width: place.clientWidth, height}));
  resized.observe(place);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', make);
  return () => {
    resized.disconnect();
    dark.removeEventListener('change', make);
    plot?.destroy();
  };
}

// How much a team, an account or an MCP server was used: a plot, and the same as numbers.
import {useEffect, useRef, useState} from 'preact/hooks';

import {type Schemas, withQuery} from '../api/client';
import {useResource} from '../api/use';
import type {draw as drawPlot} from '../plot';
import {Card, CardToCome, ProblemNote} from './basics';
import {money} from './values';

type Usage = Schemas['Usage'];

declare const PLOT_SCRIPT: string; // the address of plot.ts, from build.mjs

// The page can be used before it has a plot.
const whenIdle = (): Promise<unknown> =>
  new Promise((resolve) => ('requestIdleCallback' in globalThis ? requestIdleCallback(resolve, {timeout: 1_000}) : setTimeout(resolve, 50)));

function Plot({usage}: {usage: Usage}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let remove: (() => void) | undefined;
    let over = false;
    void whenIdle().then(() => import(/* @vite-ignore */ PLOT_SCRIPT)).then((plot: {draw: typeof drawPlot}) => {
      if (over || !place.current) return;
      remove = plot.draw(place.current, {
        at: usage.hours.map((one) => Date.parse(one.at) / 1000),
        calls: usage.hours.map((one) => one.calls),
        wrong: usage.hours.map((one) => one.refused + one.failed),
      });
    }, () => undefined); // the numbers are there all the same
    return () => {
      over = true;
      remove?.();
    };
  }, [usage]);
  const {calls, refused, failed} = usage.total;
  return <div class="plot" ref={place} role="img" aria-label={`Calls by the hour: ${calls} in all, ${refused} refused, ${failed} failed. The numbers follow.`} />;
}

function Numbers({usage}: {usage: Usage}) {
  const used = usage.hours.filter((one) => one.calls > 0 || one.refused > 0);
  return (
    <details>
      <summary>The same as numbers</summary>
      {used.length === 0 ? (
        <p class="quiet">No calls.</p>
      ) : (
        <div class="table" tabIndex={0} role="region" aria-label="Calls by the hour">
          <table>
            <thead>
              <tr>
                <th scope="col">Hour</th>
                <th scope="col">Calls</th>
                <th scope="col">Refused</th>
                <th scope="col">Failed</th>
              </tr>
            </thead>
            <tbody>
              {used.map((one) => (
                <tr key={one.at}>
                  <td>
                    <time dateTime={one.at}>{new Date(one.at).toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'short'})}</time>
                  </td>
                  <td>{one.calls.toLocaleString()}</td>
                  <td>{one.refused.toLocaleString()}</td>
                  <td>{one.failed.toLocaleString()}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

function Sums({usage}: {usage: Usage}) {
  const {total, latency_ms: latency} = usage;
  const millis = (value: number | undefined): string => `${(value ?? 0).toLocaleString()} ms`;
  return (
    <>
      <p>
        {total.calls.toLocaleString()} calls, {total.refused.toLocaleString()} refused, {total.failed.toLocaleString()} failed
        {latency && <span class="quiet">; half took at most {millis(latency.p50)}, 95 % at most {millis(latency.p95)}</span>}
      </p>
      {usage.amounts.map((one) => (
        <p key={one.currency} class="quiet">
          {money(one.amount, one.currency)} in {one.writes.toLocaleString()} {one.writes === 1 ? 'write' : 'writes'}
        </p>
      ))}
    </>
  );
}

// The usage below `path`: "/team", or the path of an account or an MCP server.
export function UsageCard({path}: {path: string}) {
  const [period, setPeriod] = useState<'day' | 'week'>('day');
  const found = useResource<Usage>(withQuery(`${path}/usage`, {period}), {on: ['activity'], everySeconds: 60});
  const usage = found.data;
  const shown = useRef(false);
  shown.current ||= Boolean(usage ?? found.problem);
  if (!shown.current) return <CardToCome />;
  return (
    <Card
      title="Usage"
      actions={
        <div class="tabs" role="group" aria-label="Period">
          {(['day', 'week'] as const).map((one) => (
            <button type="button" key={one} aria-pressed={period === one} onClick={() => setPeriod(one)}>
              {one === 'day' ? '24 hours' : '7 days'}
            </button>
          ))}
        </div>
      }
    >
      <ProblemNote problem={found.problem} />
      {!usage && found.loading && <p class="quiet loading">Loading…</p>}
      {usage && (
        <>
          <Sums usage={usage} />
          <Plot usage={usage} />
          <Numbers usage={usage} />
        </>
      )}
    </Card>
  );
}

// Caps, exceptions and OAuth clients of one MCP server.
import type {ComponentChildren} from 'preact';

import {call, type Schemas} from '../api/client';
import {may} from '../api/session';
import {useList, useResource} from '../api/use';
import {Badge, Card, ProblemNote} from '../parts/basics';
import {Confirm} from '../parts/dialog';
import {money, Time} from '../parts/values';

// `only`: the ids of rules; otherwise those of all.
export function Caps({path, only}: {path: string; only?: string[]}) {
  const list = useResource<{result: Schemas['Cap'][]}>(`${path}/caps`, {on: ['receipt'], everySeconds: 15});
  const rows = (list.data?.result ?? []).filter((one) => !only || only.includes(one.rule));
  if (rows.length === 0) return <ProblemNote problem={list.problem} />;
  const show = (one: Schemas['Cap'], amount: number): string => (one.currency ? money(amount, one.currency) : amount.toLocaleString());
  return (
    <Card title="Caps">
      {rows.map((one) => (
        <div class="cap" key={`${one.layer} ${one.rule} ${one.currency}`}>
          <p>
            <code>{one.rule}</code> <span class="quiet">of the {one.layer}</span>
          </p>
          <meter min={0} max={one.limit} value={one.used + one.reserved} aria-label={`used of ${one.rule}`} />
          <p class="quiet">
            {show(one, one.used)} used{one.reserved > 0 && `, ${show(one, one.reserved)} reserved`}, {show(one, one.free)} free of {show(one, one.limit)}
          </p>
        </div>
      ))}
    </Card>
  );
}

// Exceptions of the MCP server at `path`, as items of a list. `of`: which one it is, where that is not clear.
export function ExceptionRows({rows, path, of, onDone}: {rows: Schemas['RuleException'][]; path: string; of?: ComponentChildren; onDone: () => void}) {
  return (
    <>
      {rows.map((one) => (
        <li key={one.id}>
          <span>
            {of}
            <code>{one.rule}</code> of the {one.layer} does not hold: {one.reason}
          </span>
          <span class="quiet">
            until <Time at={one.ends_at} />
          </span>
          {may('administer') && (
            <Confirm
              label="End now"
              title="Let the rule hold again?"
              explain={<p>The rule {one.rule} holds again from the next call on.</p>}
              action="End the exception"
              work={async () => {
                await call('DELETE', `${path}/exception/${one.id}`);
                onDone();
              }}
            />
          )}
        </li>
      ))}
    </>
  );
}

export function Exceptions({path}: {path: string}) {
  const list = useResource<{result: Schemas['RuleException'][]}>(`${path}/exception`);
  const rows = list.data?.result ?? [];
  if (rows.length === 0) return <ProblemNote problem={list.problem} />;
  return (
    <Card title="Open exceptions">
      <ul class="rows">
        <ExceptionRows rows={rows} path={path} onDone={list.reload} />
      </ul>
    </Card>
  );
}

export function Clients({path}: {path: string}) {
  const list = useList<Schemas['Authorization']>(`${path}/authorization`);
  if (list.rows.length === 0) return <ProblemNote problem={list.problem} />;
  return (
    <Card title="OAuth clients">
      <ul class="rows">
        {list.rows.map((one) => (
          <li key={one.id}>
            <span>
              {one.client_name ?? one.client_id} <span class="quiet">{one.redirect_host}</span>
            </span>
            <Badge word={one.status} />
            <span class="quiet">
              allowed by {one.allowed_by_name ?? one.allowed_by}, <Time at={one.created_at} />
            </span>
            {may('operate') && one.status === 'active' && (
              <Confirm
                label="End"
                title="End this authorization?"
                explain={<p>The client {one.client_name ?? one.client_id} is refused from the next call on, until a person allows it again.</p>}
                action="End it"
                danger
                work={async () => {
                  await call('DELETE', `${path}/authorization/${one.id}`);
                  list.reload();
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

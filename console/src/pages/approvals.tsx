// Calls that wait, or waited, for people. J and K move through the list.
import {useEffect, useRef, useState} from 'preact/hooks';

import {call, type Schemas} from '../api/client';
import {may} from '../api/session';
import {useList, useResource} from '../api/use';
import {approvalPath, useParameter} from '../parts/address';
import {Badge, Empty, PageHead, ProblemNote} from '../parts/basics';
import {Choice} from '../parts/fields';
import {Countdown, Time} from '../parts/values';

type Row = Schemas['Approval'];

const states: [string, string][] = [
  ['pending', 'waiting'],
  ['', 'all'],
  ['executed', 'executed'],
  ['denied', 'denied'],
  ['expired', 'expired'],
  ['voided', 'voided'],
];

// Keys of the list, while nothing is typed and no dialog is open.
function useKeys(place: {current: HTMLElement | null}): void {
  useEffect(() => {
    const move = (event: KeyboardEvent): void => {
      const at = event.target as HTMLElement;
      if (/^(input|textarea|select)$/i.test(at.tagName) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      const links = [...(place.current?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])];
      const now = links.indexOf(document.activeElement as HTMLAnchorElement);
      const step = {j: 1, k: -1}[event.key];
      if (step === undefined || links.length === 0) return;
      event.preventDefault();
      links[Math.max(0, Math.min(links.length - 1, now + step))]?.focus();
    };
    addEventListener('keydown', move);
    return () => removeEventListener('keydown', move);
  }, []);
}

const shownEffects = 20; // one call each

// What a call would do, with its amounts; the list does not have it.
function Effect({id}: {id: string}) {
  const {data} = useResource<Row>(`/approval/${id}`);
  return data?.preview ? <span class="grow lines">{data.preview}</span> : null;
}

// The names of the MCP servers of the first rows by their ids, each asked for once.
function useServerNames(rows: Row[]): Record<string, string> {
  const [names, setNames] = useState<Record<string, string>>({});
  const asked = useRef(new Set<string>());
  useEffect(() => {
    for (const one of rows.slice(0, shownEffects)) {
      if (asked.current.has(one.mcp_server_id)) continue;
      asked.current.add(one.mcp_server_id);
      // Without a name, its id is shown.
      call<Schemas['McpServer']>('GET', `/integrated-account/${one.integrated_account_id}/mcp/${one.mcp_server_id}`).then(
        (found) => setNames((known) => ({...known, [found.id]: found.name})),
        () => undefined,
      );
    }
  }, [rows]);
  return names;
}

export function Approvals() {
  const [state, setState] = useParameter('state', 'pending');
  const list = useList<Row>('/approval', {state: state || undefined}, {on: ['approval'], everySeconds: 5});
  const place = useRef<HTMLUListElement>(null);
  useKeys(place);
  const names = useServerNames(list.rows);
  return (
    <>
      <PageHead title="Approvals" />
      <div class="filters">
        <Choice label="State" value={state} onChange={setState} options={states} />
        {may('approve') && (
          <p class="quiet">
            <kbd>J</kbd> <kbd>K</kbd> move, <kbd>Enter</kbd> opens; there <kbd>A</kbd> goes to Approve, <kbd>R</kbd> to the reason of a refusal.
          </p>
        )}
      </div>
      <ProblemNote problem={list.problem} />
      {list.rows.length === 0 &&
        (list.loading ? (
          <p class="quiet loading">Loading…</p>
        ) : (
          <Empty title={state === 'pending' ? 'Nothing waits for approval.' : 'No approval is in this state.'}>
            <p>
              A call waits here when a rule says <code>needs_approval</code>. See <a href="/console/policies">Policies</a>.
            </p>
          </Empty>
        ))}
      <ul class="queue" ref={place}>
        {list.rows.map((one, index) => (
          <li key={one.id}>
            <a data-row href={approvalPath(one.id)}>
              <strong>{one.tool.replaceAll('_', ' ')}</strong>
            </a>
            <Badge word={one.state} />
            {one.state === 'pending' && index < shownEffects && <Effect id={one.id} />}
            <span>
              {names[one.mcp_server_id] ?? <code>{one.mcp_server_id}</code>} <span class="quiet">for {one.holder ?? 'nobody by name'}, by {one.client ?? 'an unknown client'}</span>
            </span>
            <span class="quiet">
              rule <code>{one.rule}</code>
            </span>
            <span class="quiet">{one.state === 'pending' ? <>expires <Countdown at={one.expires_at} /></> : <Time at={one.ended_at ?? one.created_at} />}</span>
          </li>
        ))}
      </ul>
      {list.more && (
        <button type="button" onClick={list.loadMore} disabled={list.loading}>
          Show more
        </button>
      )}
    </>
  );
}

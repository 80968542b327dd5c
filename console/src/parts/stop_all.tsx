// Everything of a person, or of the team, stopped together: counted first, its name typed, and what was used beside it.
import {call, type Schemas, withQuery} from '../api/client';
import {may} from '../api/session';
import {useResource} from '../api/use';
import {serverPath} from './address';
import {ProblemNote} from './basics';
import {Confirm} from './dialog';
import {Time} from './values';

interface StopAllProps {
  name: string; // of whose MCP servers they are; typed before they end
  words: string; // "MCP servers that Ben holds"
  showPath: string; // GET: what would end
  suspend: (reason: string, count: number) => Promise<unknown>;
  revoke: (reason: string, count: number) => Promise<unknown>;
  onDone: () => void;
}

const shownMax = 20;

// What would end, with its last call and the way to what it did.
function WhatEnds({found, name}: {found: Schemas['WouldEnd']; name: string}) {
  return (
    <details>
      <summary>What would end, and what was used</summary>
      <ul class="rows">
        {found.result.map((one) => (
          <li key={one.id}>
            <a href={serverPath(one.integrated_account_id, one.id)}>{one.name}</a>
            <span class="quiet">
              {one.use_count.toLocaleString()} calls, the last <Time at={one.last_used_at} never="never" />,{' '}
              <a href={withQuery('/console/audit', {mcp_server_id: one.id})} aria-label={`Calls of ${one.name}`}>
                what it did
              </a>
            </span>
          </li>
        ))}
      </ul>
      {found.would_end > found.result.length && (
        <p class="quiet">
          The newest {found.result.length} of the {found.would_end} of {name}.
        </p>
      )}
    </details>
  );
}

export function StopAll({name, words, showPath, suspend, revoke, onDone}: StopAllProps) {
  const separator = showPath.includes('?') ? '&' : '?';
  const found = useResource<Schemas['WouldEnd']>(`${showPath}${separator}limit=${shownMax}`);
  if (!found.data) return found.problem ? <ProblemNote problem={found.problem} /> : <p class="quiet loading">Counting…</p>;
  const count = found.data.would_end;
  const counted = `${count} ${count === 1 ? words.replace('MCP servers', 'MCP server') : words}`;
  const after = (work: StopAllProps['suspend']) => async (reason: string): Promise<void> => {
    await work(reason, count);
    found.reload();
    onDone();
  };
  return (
    <div class="stop-all">
      <p>{counted}</p>
      {count > 0 && <WhatEnds found={found.data} name={name} />}
      {may('operate') && count > 0 && (
        <div class="buttons">
          <Confirm
            label={`Suspend all of ${name}`}
            title={`Suspend all of ${name}?`}
            explain={<p>{counted} take no call until each is resumed. Open streams end. This can be undone.</p>}
            action={`Suspend ${count}`}
            danger
            reason="required"
            work={after(suspend)}
          />
          <Confirm
            label={`Revoke all of ${name}`}
            title={`Revoke all of ${name} for good?`}
            explain={<p>{counted} end on every instance and cannot come back. Suspend first if you are not sure: it works at once, and can be undone.</p>}
            action={`Revoke ${count}`}
            danger
            reason="required"
            typed={name}
            work={after(revoke)}
          />
        </div>
      )}
    </div>
  );
}

// Those that the person holds, or made: exactly one of `holder` and `createdBy` is given.
export function StopPerson({name, holder, createdBy, onDone}: {name: string; holder?: string; createdBy?: string; onDone: () => void}) {
  const person = holder ? {holder} : {created_by: createdBy};
  return (
    <StopAll
      name={name}
      words={`MCP servers that ${name} ${holder ? 'holds' : 'made'}`}
      showPath={withQuery('/team/person/revoke', person)}
      suspend={(reason, expect) => call('POST', '/team/person/suspend', {...person, reason, expect})}
      revoke={(reason, expect) => call('POST', '/team/person/revoke', {...person, reason, expect})}
      onDone={onDone}
    />
  );
}

export function StopTeam({name, onDone}: {name: string; onDone: () => void}) {
  return (
    <StopAll
      name={name}
      words="MCP servers of the team"
      showPath="/team/revoke"
      suspend={(reason) => call('POST', '/team/suspend', {reason})}
      revoke={(reason, expect) => call('POST', '/team/revoke', {reason, expect})}
      onDone={onDone}
    />
  );
}

// Which clients were seen at an MCP server, how far each got, and what to do.
import type {Schemas} from '../api/client';
import {type Resource, useResource} from '../api/use';
import {Badge, Card, Note, ProblemNote} from './basics';
import {Time} from './values';

type Client = Schemas['SeenClient'];
type Clients = Schemas['ClientList'];

const everySeconds = 5;

// No event tells that a client has connected or listed the tools.
const useClients = (path: string): Resource<Clients> => useResource<Clients>(`${path}/clients`, {on: ['activity'], everySeconds, always: true});

function Step({name, at}: {name: string; at: string | null}) {
  return (
    <span class={`step ${at ? 'on' : ''}`}>
      {name} {at ? <Time at={at} /> : <span class="quiet">not yet</span>}
    </span>
  );
}

function SeenClient({one}: {one: Client}) {
  return (
    <li>
      <span>
        <strong>{one.title || one.client}</strong> {one.title && one.title !== one.client && <span class="quiet">{one.client}</span>}
      </span>
      <Badge word={one.state} />
      <span class="quiet">
        {one.era === '2025' ? 'a revision of MCP before 2026-07-28' : one.era && `MCP ${one.era}`}, last seen <Time at={one.last_seen_at} />
        {one.network && <>, connected from {one.network}</>}
      </span>
      <span class="steps">
        <Step name="Connected" at={one.discovered_at} />
        <Step name="Listed the tools" at={one.listed_at} />
        <Step name="Called" at={one.called_at} />
        {one.refused_at && (
          <span class="step bad">
            Answered with {one.refused_status} <Time at={one.refused_at} />
          </span>
        )}
      </span>
      {one.advice && <p>{one.advice}</p>}
    </li>
  );
}

export function Doctor({path}: {path: string}) {
  const {data: seen, problem} = useClients(path);
  return (
    <Card title="Clients seen">
      <ProblemNote problem={problem} />
      {seen?.result.length === 0 && seen.advice && <Note kind="warn">{seen.advice}</Note>}
      <ul class="rows clients">
        {seen?.result.map((one) => (
          <SeenClient key={one.client} one={one} />
        ))}
      </ul>
    </Card>
  );
}

const lights: Record<Clients['state'], string> = {
  never_seen: 'Waiting for the first call…',
  refused: 'A client came and was refused.',
  discovered: 'A client has connected. Waiting for the first call…',
  listed: 'A client has the list of tools. Waiting for the first call…',
  calls: 'The first call has come: it works.',
};

// Turns green with the first call; until then, says how far a client has got.
export function FirstCallLight({path}: {path: string}) {
  const {data: seen} = useClients(path);
  const state = seen?.state ?? 'never_seen';
  return (
    <>
      <p class={`light ${state === 'calls' ? 'on' : ''}`} role="status">
        {lights[state]}
      </p>
      {seen?.advice && state !== 'never_seen' && <p class="quiet">{seen.advice}</p>}
    </>
  );
}

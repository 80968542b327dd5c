// The tools of one MCP server, switched on and off one by one.
import {useState} from 'preact/hooks';

import {call, type Schemas} from '../api/client';
import {may} from '../api/session';
import {useAction, useResource} from '../api/use';
import {Note, ProblemNote} from '../parts/basics';
import {ToolPicker} from '../parts/tool_picker';
import {ToolPreview, useCheckedConfig} from '../parts/tool_preview';

type Row = Schemas['McpServer'];
type Config = Schemas['Config'];
type Checked = Schemas['CheckedConfig'];

const without = (config: Config, ...names: ('allow' | 'deny')[]): Config => {
  const tools = Object.fromEntries(Object.entries(config.tools ?? {}).filter(([name]) => !names.includes(name as 'allow')));
  const {tools: _, ...rest} = config;
  return Object.keys(tools).length > 0 ? {...rest, tools} : rest;
};

// The config in which, of `all`, exactly these are on. A list of allowed tools stays one; otherwise what is off is denied, so that tools of
// a later version appear as the methods and areas say. Names that the page does not show stay: they count again when something else changes.
function configWith(config: Config, all: string[], on: string[]): Config {
  const rest = without(config, 'allow', 'deny');
  const hidden = (names: string[] | undefined): string[] => (names ?? []).filter((name) => !all.includes(name));
  const off = all.filter((name) => !on.includes(name));
  const {allow, deny} = config.tools ?? {};
  const tools = {
    ...rest.tools,
    ...(allow ? {allow: [...hidden(allow), ...on]} : {}),
    ...(allow ? (hidden(deny).length > 0 ? {deny: hidden(deny)} : {}) : hidden(deny).length + off.length > 0 ? {deny: [...hidden(deny), ...off]} : {}),
  };
  return Object.keys(tools).length > 0 ? {...rest, tools} : rest;
}

interface SwitchesProps {
  server: Row; // as the person began with it
  path: string;
  all: Checked;
  shown: string[];
  onDone: (now: Row) => void;
}

function Switches({server, path, all, shown, onDone}: SwitchesProps) {
  const [on, setOn] = useState(shown);
  const [done, setDone] = useState(false);
  const names = all.result.map((one) => one.name);
  const changed = on.length !== shown.length || on.some((name) => !shown.includes(name));
  const config = configWith(server.config, names, on);
  const state = useCheckedConfig(path, changed && on.length > 0 ? config : null);
  const mayChange = may('operate') && server.status !== 'revoked';
  const save = useAction(async () => {
    const now = await call<Row>('PATCH', path, {config, expected_updated_at: server.updated_at});
    setDone(true);
    onDone(now);
  });
  return (
    <form
      class="narrow"
      onSubmit={(event) => {
        event.preventDefault();
        save.run();
      }}
    >
      <p class="quiet">
        What its methods and areas pass: {names.length} operations.{' '}
        {mayChange ? 'Take the tick from one to switch it off; a client sees the change when it lists tools again.' : 'Those with a tick are on.'}
      </p>
      <ToolPicker
        legend="Tools that are on"
        tools={all.result}
        chosen={on}
        disabled={!mayChange}
        onChange={(to) => {
          setDone(false);
          setOn(to);
        }}
      />
      {changed && on.length > 0 && <ToolPreview state={state} />}
      {on.length === 0 && <Note kind="warn">One tool must be on. Suspend the MCP server to switch all of them off.</Note>}
      {done && !changed && <Note kind="good">The change is in force from the next call on.</Note>}
      <ProblemNote problem={save.problem} />
      {mayChange && (
        <div class="buttons">
          <button type="button" disabled={!changed} onClick={() => setOn(shown)}>
            Undo
          </button>
          <button type="submit" class="primary" disabled={!changed || on.length === 0 || save.busy || state.waiting || Boolean(state.problem)}>
            {save.busy ? 'Working…' : 'Save the tools'}
          </button>
        </div>
      )}
    </form>
  );
}

export function ServerTools({server, path, onDone}: {server: Row; path: string; onDone: () => void}) {
  const [read, setRead] = useState(server);
  const [turn, setTurn] = useState(0);
  const shown = useResource<Schemas['ToolList']>(`${path}/tools`);
  const all = useCheckedConfig(path, without(read.config, 'allow', 'deny'));
  const problem = shown.problem ?? all.problem;
  if (problem)
    return (
      <>
        <ProblemNote problem={problem} />
        <button
          type="button"
          onClick={() => {
            shown.reload();
            all.again();
          }}
        >
          Try again
        </button>
      </>
    );
  if (!shown.data || !all.checked) return <p class="quiet loading">Reading the tools…</p>;
  const done = (now: Row): void => {
    setRead(now);
    shown.reload();
    onDone();
  };
  const again = (): void => {
    setRead(server);
    setTurn(turn + 1);
    shown.reload();
  };
  return (
    <>
      {server.updated_at > read.updated_at && (
        <Note kind="warn">
          This MCP server was changed since this page read it.{' '}
          <button type="button" onClick={again}>
            Show it as it is now
          </button>
        </Note>
      )}
      <Switches key={turn} server={read} path={path} all={all.checked} shown={shown.data.result.map((one) => one.name)} onDone={done} />
    </>
  );
}

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

// The config in which exactly these of `all` are on. A list of allowed tools stays one; otherwise what is off is denied, so that tools of
// a later version appear as the methods and areas say.
function configWith(config: Config, all: string[], on: string[]): Config {
  const rest = without(config, 'allow', 'deny');
  if (config.tools?.allow) return {...rest, tools: {...rest.tools, allow: on}};
  const off = all.filter((name) => !on.includes(name));
  return off.length > 0 ? {...rest, tools: {...rest.tools, deny: off}} : rest;
}

function Switches({server, path, all, shown, onDone}: {server: Row; path: string; all: Checked; shown: string[]; onDone: () => void}) {
  const [on, setOn] = useState(shown);
  const [done, setDone] = useState(false);
  const names = all.result.map((one) => one.name);
  const changed = on.length !== shown.length || on.some((name) => !shown.includes(name));
  const config = configWith(server.config, names, on);
  const state = useCheckedConfig(server.integrated_account_id, changed && on.length > 0 ? config : null);
  const save = useAction(async () => {
    await call('PATCH', path, {config});
    setDone(true);
    onDone();
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
        What its methods and areas pass: {names.length} operations. Take the tick from one to switch it off; a client sees the change when it lists tools again.
      </p>
      <ToolPicker
        legend="Tools that are on"
        tools={all.result}
        chosen={on}
        onChange={(to) => {
          setDone(false);
          setOn(to);
        }}
      />
      {changed && on.length > 0 && <ToolPreview state={state} />}
      {on.length === 0 && <Note kind="warn">One tool must be on. Suspend the MCP server to switch all of them off.</Note>}
      {done && !changed && <Note kind="good">The change is in force from the next call on.</Note>}
      <ProblemNote problem={save.problem} />
      {may('operate') && server.status !== 'revoked' && (
        <div class="buttons">
          <button type="button" disabled={!changed} onClick={() => setOn(shown)}>
            Undo
          </button>
          <button type="submit" class="primary" disabled={!changed || on.length === 0 || save.busy || Boolean(state.problem)}>
            {save.busy ? 'Working…' : 'Save the tools'}
          </button>
        </div>
      )}
    </form>
  );
}

export function ServerTools({server, path, onDone}: {server: Row; path: string; onDone: () => void}) {
  const shown = useResource<Schemas['ToolList']>(`${path}/tools`);
  const all = useCheckedConfig(server.integrated_account_id, without(server.config, 'allow', 'deny'));
  const problem = shown.problem ?? all.problem;
  if (problem) return <ProblemNote problem={problem} />;
  if (!shown.data || !all.checked) return <p class="quiet loading">Reading the tools…</p>;
  const done = (): void => {
    shown.reload();
    onDone();
  };
  return <Switches server={server} path={path} all={all.checked} shown={shown.data.result.map((one) => one.name)} onDone={done} />;
}

// What an MCP server with a config would show, asked of the API while the config is being chosen.
import {useEffect, useState} from 'preact/hooks';

import {call, Problem, type Schemas} from '../api/client';
import {ProblemNote} from './basics';

type Checked = Schemas['CheckedConfig'];

// What clients are known to take of a list of tools.
const chatgptTokensMax = 16_000;
const openaiToolsMax = 128;

const pauseMs = 300; // of typing, before the API is asked

export interface CheckState {
  checked: Checked | undefined; // the last answer; stays while the next one is asked for
  problem: Problem | undefined; // why the API refuses this config
}

// The answer of the API to `config`, again whenever it changes. Null for `config`: nothing is asked.
export function useCheckedConfig(accountId: string | undefined, config: Record<string, unknown> | null): CheckState {
  const [state, setState] = useState<CheckState>({checked: undefined, problem: undefined});
  const text = config === null ? '' : JSON.stringify({config});
  useEffect(() => {
    if (!accountId || !text) return setState({checked: undefined, problem: undefined});
    const ending = new AbortController();
    setState((old) => ({...old, problem: undefined}));
    const timer = setTimeout(() => {
      call<Checked>('POST', `/integrated-account/${accountId}/mcp/check`, JSON.parse(text), ending.signal).then(
        (checked) => setState({checked, problem: undefined}),
        (error: unknown) => error instanceof Problem && setState({checked: undefined, problem: error}),
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [accountId, text]);
  return state;
}

function Limit({fits, children}: {fits: boolean; children: string}) {
  return <li class={`step ${fits ? 'on' : 'bad'}`}>{children}</li>;
}

function ClientLimits({list}: {list: Checked['list']}) {
  const tokens = list.tokens.openai;
  return (
    <ul class="limits">
      <Limit fits={list.tokens.claude <= list.tokens_max && tokens <= list.tokens_max}>{`The budget of this MCP server: ${list.tokens_max.toLocaleString()} tokens`}</Limit>
      <Limit fits={tokens < chatgptTokensMax}>{`ChatGPT takes less than ${chatgptTokensMax.toLocaleString()} tokens; this list has about ${tokens.toLocaleString()}`}</Limit>
      <Limit fits={list.listed <= openaiToolsMax}>{`OpenAI models take ${openaiToolsMax} tools; this list has ${list.listed}`}</Limit>
    </ul>
  );
}

export function ToolPreview({state}: {state: CheckState}) {
  const {checked, problem} = state;
  if (problem) return <ProblemNote problem={problem} />;
  if (!checked) return <p class="quiet loading">Counting tools…</p>;
  const {result, list} = checked;
  return (
    <div class="preview">
      <p>
        <strong>{list.reachable}</strong> operations, {list.writing} of them change something. A client's list has {list.listed} tools and costs a model about{' '}
        {list.tokens.claude.toLocaleString()} tokens
        {list.listing === 'search' && '; the rest is found by search'}.
      </p>
      <ClientLimits list={list} />
      {list.warnings.map((one) => (
        <p class="quiet" key={one}>
          {one}
        </p>
      ))}
      <details>
        <summary>Show the {result.length} operations</summary>
        <ul class="tools">
          {result.map((one) => (
            <li key={one.name}>
              <code>{one.name}</code> <span class="quiet">{one.method}, about {one.tokens.toLocaleString()} tokens</span>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}

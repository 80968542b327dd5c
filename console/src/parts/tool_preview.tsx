// What an MCP server with a config would show, asked of the API while the config is being chosen.
import {useEffect, useState} from 'preact/hooks';

import {call, type Problem, type Schemas} from '../api/client';
import {asProblem} from '../api/use';
import {ProblemNote} from './basics';

type Checked = Schemas['CheckedConfig'];

// What clients are known to take of a list of tools.
const chatgptTokensMax = 16_000;
const openaiToolsMax = 128;

const pauseMs = 300; // of typing, before the API is asked

export interface CheckState {
  checked: Checked | undefined; // the last answer; stays while the next one is asked for
  problem: Problem | undefined; // why the API refuses this config
  waiting: boolean; // the answer to this config is not here yet
  again: () => void; // asks once more
}

// A config, and what is known of the expiry of its MCP server.
interface Question {
  config: Record<string, unknown>;
  expires_at?: null; // it never expires
}

// The answer of the API to `config`, again whenever it changes. `path` is …/mcp or that of one MCP server. Null: nothing is asked.
export function useCheckedConfig(path: string | null, config: Record<string, unknown> | null, neverExpires = false): CheckState {
  const question: Question | null = config && (neverExpires ? {config, expires_at: null} : {config});
  const [turn, setTurn] = useState(0);
  const asked = path === null || question === null ? '' : JSON.stringify({path, question, turn});
  const [state, setState] = useState<{asked: string; checked?: Checked; problem?: Problem}>({asked: ''});
  useEffect(() => {
    if (!asked) return setState({asked});
    const ending = new AbortController();
    const timer = setTimeout(() => {
      call<Checked>('POST', `${path}/check`, JSON.parse(asked).question, ending.signal).then(
        (checked) => setState({asked, checked}),
        (error: unknown) => {
          const problem = asProblem(error);
          if (problem) setState({asked, problem});
        },
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [asked]);
  const waiting = state.asked !== asked;
  return {checked: state.checked, problem: waiting ? undefined : state.problem, waiting, again: () => setTurn((one) => one + 1)};
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

// True for a failure that says nothing about the config: the gateway was not reached, or could not answer now.
const mayPass = (problem: Problem): boolean => problem.status === 0 || problem.status === 429 || problem.status >= 500;

export function ToolPreview({state}: {state: CheckState}) {
  const {checked, problem, waiting} = state;
  if (problem && mayPass(problem))
    return (
      <>
        <ProblemNote problem={problem} />
        <p>
          Before it is made or saved, the gateway must have counted its tools.{' '}
          <button type="button" onClick={state.again}>
            Try again
          </button>
        </p>
      </>
    );
  if (problem) return <ProblemNote problem={problem} />;
  if (!checked || waiting) return <p class="quiet loading">Counting tools…</p>;
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

// Tools chosen one by one, found by words of their names, areas and methods.
import {useId, useState} from 'preact/hooks';

import type {Schemas} from '../api/client';

export type ListedTool = Schemas['ListedTool'];

const shownMax = 40;

// Every word must be a part of the name, of an area or of the method: "refund create" finds create_a_stripe_refund.
export function findTools(tools: ListedTool[], text: string): ListedTool[] {
  const words = text.toLowerCase().split(/[\s_]+/).filter(Boolean);
  return tools.filter((tool) => {
    const searched = [tool.name, tool.method, ...tool.tags].join(' ').toLowerCase();
    return words.every((word) => searched.includes(word));
  });
}

interface ToolPickerProps {
  tools: ListedTool[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
  legend: string;
  disabled?: boolean; // shown, but not changed
}

// Of what the search finds, the chosen ones come first.
export function ToolPicker({tools, chosen, onChange, legend, disabled = false}: ToolPickerProps) {
  const [text, setText] = useState('');
  const id = useId();
  const isChosen = new Set(chosen);
  const found = findTools(tools, text);
  const rows = [...found.filter((tool) => isChosen.has(tool.name)), ...found.filter((tool) => !isChosen.has(tool.name))].slice(0, shownMax);
  const toggle = (name: string, on: boolean): void => onChange(on ? [...chosen, name] : chosen.filter((one) => one !== name));
  return (
    <fieldset class="picker">
      <legend>{legend}</legend>
      <div class="field">
        <label for={id}>Search tools</label>
        <input
          id={id}
          type="search"
          value={text}
          autocomplete="off"
          placeholder="refund create"
          onInput={(event) => setText(event.currentTarget.value)}
          // The form around it is not sent by a search.
          onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
        />
      </div>
      <p class="quiet" role="status">
        {chosen.length} chosen, {found.length} {text.trim() ? 'found' : 'in all'}
        {found.length > shownMax && `; the first ${shownMax} are shown`}
      </p>
      <ul class="tools" tabIndex={0} aria-label={legend}>
        {rows.map((tool) => (
          <li key={tool.name}>
            <label>
              <input type="checkbox" disabled={disabled} checked={isChosen.has(tool.name)} onChange={(event) => toggle(tool.name, event.currentTarget.checked)} />{' '}
              <code>{tool.name}</code> <span class="quiet">{tool.method}, about {tool.tokens.toLocaleString()} tokens</span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

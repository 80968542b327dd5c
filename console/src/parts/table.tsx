// A list that the server pages.
import type {ComponentChildren} from 'preact';

import type {List} from '../api/use';
import {ProblemNote} from './basics';

export interface Column<T> {
  name: string;
  show: (row: T) => ComponentChildren;
  wide?: boolean; // left out on narrow screens
}

interface TableOf<T> {
  caption: string; // for screen readers
  list: List<T>;
  columns: Column<T>[];
  keyOf: (row: T) => string;
  empty: ComponentChildren;
}

export function Table<T>({caption, list, columns, keyOf, empty}: TableOf<T>) {
  if (list.problem && list.rows.length === 0) return <ProblemNote problem={list.problem} />;
  if (list.rows.length === 0) return list.loading ? <p class="quiet loading">Loading…</p> : <>{empty}</>;
  return (
    <div class="table">
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((one) => (
              <th scope="col" key={one.name} class={one.wide ? 'wide' : ''}>
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {list.rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((one) => (
                <td key={one.name} class={one.wide ? 'wide' : ''}>
                  {one.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ProblemNote problem={list.problem} />
      {list.more && (
        <button type="button" onClick={list.loadMore} disabled={list.loading}>
          {list.loading ? 'Loading…' : 'Show more'}
        </button>
      )}
    </div>
  );
}

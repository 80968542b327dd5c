// What rules would have said of the calls of the last day: numbers, and the calls that would have been decided otherwise.
import type {Schemas} from '../api/client';
import {Note} from '../parts/basics';
import {Id, Time} from '../parts/values';

type Replay = Schemas['PolicyReplay'];

const words: Record<Replay['result'][number]['would_be'], string> = {
  denied: 'would be denied',
  needs_approval: 'would wait for people',
  allowed: 'would be allowed by these rules',
  not_known: 'cannot be known',
};

export function ReplayResult({told}: {told: Replay}) {
  const changed = told.denied + told.needs_approval + told.allowed;
  return (
    <>
      <Note kind={changed === 0 ? 'good' : 'warn'}>
        Of {told.calls} calls since <Time at={told.recorded_from} />, {told.same} stay as they were, {told.denied} would be denied, {told.needs_approval} would
        wait for people, {told.allowed} would be allowed by these rules, and {told.not_known} cannot be known.
        {!told.complete && ' There are more calls than were read in ten seconds.'}
      </Note>
      {told.result.length > 0 && (
        <div class="table">
          <table>
            <caption class="hidden">Calls that would have been decided otherwise</caption>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Tool</th>
                <th scope="col">Was</th>
                <th scope="col">Now</th>
                <th scope="col">Why</th>
                <th scope="col" class="wide">
                  Request
                </th>
              </tr>
            </thead>
            <tbody>
              {told.result.map((one, index) => (
                <tr key={`${one.request_id} ${index}`}>
                  <td>
                    <Time at={one.time} />
                  </td>
                  <td>{one.tool}</td>
                  <td>{one.was}</td>
                  <td>{words[one.would_be]}</td>
                  <td>{one.why}</td>
                  <td class="wide">
                    <Id text={one.request_id} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

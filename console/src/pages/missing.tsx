import {PageHead} from '../parts/basics';

export function Missing() {
  return (
    <>
      <PageHead title="Nothing here" />
      <p>
        No page of the console has this address. <a href="/console/">Go home</a>, or find what you look for with the box above.
      </p>
    </>
  );
}

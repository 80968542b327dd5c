// The MCP URL that was made: shown once, with what each client needs.
import type {Schemas} from '../api/client';
import {serverPath} from '../parts/address';
import {Note, PageHead} from '../parts/basics';
import {ClientSnippets} from '../parts/client_snippets';
import {FirstCallLight} from '../parts/doctor';
import {SecretUrl} from '../parts/secret_url';
import {Time} from '../parts/values';

export function NewServerResult({made, name}: {made: Schemas['CreatedMcpServer']; name: string}) {
  const path = `/integrated-account/${made.integrated_account_id}/mcp/${made.id}`;
  const address = made.url ?? made.oauth_url ?? '';
  return (
    <>
      <PageHead title="The MCP URL" above={<a href="/console/servers">MCP servers</a>} />
      {made.url ? (
        <Note kind="warn">
          <strong>This URL is shown once.</strong> Whoever has it can call every tool it shows. Copy it now.
        </Note>
      ) : (
        <Note>This address is not a secret: a client that uses it opens a page on which a person of your team signs in and agrees.</Note>
      )}
      <SecretUrl url={address} />
      {made.tools.warnings.map((one) => (
        <Note kind="warn" key={one}>
          {one}
        </Note>
      ))}
      <h2>Give it to a client</h2>
      <ClientSnippets name={name} url={address} signsIn={!made.url} />
      <FirstCallLight path={path} />
      <p>
        It expires: <Time at={made.expires_at} never="never" />.{' '}
        <a href={serverPath(made.integrated_account_id, made.id)}>See this MCP server</a>
      </p>
    </>
  );
}

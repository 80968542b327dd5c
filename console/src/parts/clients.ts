// How each MCP client is told of a URL, in the client's own format.

export interface ClientSetup {
  id: string;
  name: string;
  where: string; // what to do with the text
  text: (name: string, url: string) => string;
  signingIn?: Pick<ClientSetup, 'where' | 'text'>; // for an address at which the client signs in, where that is done otherwise
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

// A name as commands and tables of settings take it.
export const shortName = (name: string): string => {
  const short = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 40);
  return short || 'stripe';
};

export const clients: ClientSetup[] = [
  {id: 'claude-ai', name: 'claude.ai', where: 'Settings → Connectors → Add custom connector. Paste this as the URL. Claude connects from its cloud, so the URL must be public and https.', text: (_, url) => url},
  {
    id: 'claude-desktop',
    name: 'Claude Desktop',
    where: 'Add this to claude_desktop_config.json (Settings → Developer → Edit Config), on a machine that has the program tollgate. Then quit Claude Desktop and start it again.',
    text: (name, url) => json({mcpServers: {[shortName(name)]: {command: 'tollgate', args: ['stdio'], env: {TOLLGATE_MCP_URL: url}}}}),
    signingIn: {where: 'Settings → Connectors → Add custom connector. Paste this as the URL. Claude connects from its cloud, so the URL must be public and https.', text: (_, url) => url},
  },
  {id: 'claude-code', name: 'Claude Code', where: 'Run this in a terminal.', text: (name, url) => `claude mcp add --transport http ${shortName(name)} ${url}`},
  {id: 'chatgpt', name: 'ChatGPT', where: 'Settings → Apps & Connectors → Advanced → Developer mode, then Create. Paste this as the MCP server URL.', text: (_, url) => url},
  {id: 'cursor', name: 'Cursor', where: 'Add this to ~/.cursor/mcp.json.', text: (name, url) => json({mcpServers: {[shortName(name)]: {url}}})},
  {id: 'vscode', name: 'VS Code', where: 'Add this to .vscode/mcp.json.', text: (name, url) => json({servers: {[shortName(name)]: {type: 'http', url}}})},
  {id: 'codex', name: 'Codex', where: 'Add this to ~/.codex/config.toml.', text: (name, url) => `[mcp_servers.${shortName(name)}]\nurl = ${JSON.stringify(url)}`},
  {id: 'windsurf', name: 'Windsurf', where: 'Add this to ~/.codeium/windsurf/mcp_config.json.', text: (name, url) => json({mcpServers: {[shortName(name)]: {serverUrl: url}}})},
];

// The official TypeScript clients. Called as `node mcp_client.mjs MODULES PACKAGE URL [COMMAND...]`: with a URL over
// streamable HTTP, with `-` in its place by starting COMMAND and speaking over stdio. Prints one line of JSON.
import { pathToFileURL } from "node:url";
import path from "node:path";

const [modules, name, url, command, ...words] = process.argv.slice(2);
const load = (...parts) => import(pathToFileURL(path.join(modules, ...parts)));

async function libraries() {
  if (name === "@modelcontextprotocol/client") {
    const http = await load(name, "dist", "index.mjs");
    const stdio = await load(name, "dist", "stdio.mjs");
    return { ...http, ...stdio };
  }
  const root = [name, "dist", "esm", "client"];
  const parts = ["index.js", "streamableHttp.js", "stdio.js"].map((part) => load(...root, part));
  return Object.assign({}, ...(await Promise.all(parts)));
}

const { Client, StreamableHTTPClientTransport, StdioClientTransport } = await libraries();
const options = name.endsWith("/client") ? { versionNegotiation: { mode: "auto", probe: { timeoutMs: 120_000 } } } : {};
const client = new Client({ name: "conformance", version: "1" }, options);
const environment = { PATH: process.env.PATH, ECLOSION_API_KEY: process.env.ECLOSION_API_KEY ?? "" };
const transport =
  url === "-"
    ? new StdioClientTransport({ command, args: words, env: environment })
    : new StreamableHTTPClientTransport(new URL(url));
await client.connect(transport);
const found = {
  version: client.getNegotiatedProtocolVersion?.() ?? null,
  tools: (await client.listTools()).tools.map((tool) => tool.name),
  called: (await client.callTool({ name: "search", arguments: { kind: "submolts", limit: 1 } })).structuredContent,
  templates: (await client.listResourceTemplates()).resourceTemplates.map((one) => one.uriTemplate),
  read: (await client.readResource({ uri: "eclosion://feed/new" })).contents[0].text,
  prompt: (await client.getPrompt({ name: "heartbeat" })).messages[0].content.text,
};
await client.close();
console.log(JSON.stringify(found));

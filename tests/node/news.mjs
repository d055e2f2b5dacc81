// Listens with the TypeScript SDK's client: prints a line of JSON for what it hears, and one when it is over.
// news.mjs MODE URL | news.mjs MODE COMMAND ARGUMENT...
import { appendFileSync } from "node:fs";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const [mode, file, first, ...rest] = process.argv.slice(2);
const uri = "test://watched-resource/news.txt";
const say = (what) => console.log(JSON.stringify(what));
const transport = first.startsWith("http")
  ? new StreamableHTTPClientTransport(new URL(first))
  : new StdioClientTransport({ command: first, args: rest, env: process.env, stderr: "inherit" });
const client = new Client({ name: "news", version: "1" }, { versionNegotiation: { mode } });
const heard = new Set();
let wake = () => {};
const hear = (name) => { heard.add(name); wake(); };
client.setNotificationHandler("notifications/resources/updated", ({ params }) => hear(params.uri));
client.setNotificationHandler("notifications/resources/list_changed", () => hear("list"));
await client.connect(transport);
say({ resources: client.getServerCapabilities().resources });
let subscription;
if (mode === "legacy") {
  await client.subscribeResource({ uri });
} else {
  subscription = await client.listen({ resourcesListChanged: true, toolsListChanged: true, resourceSubscriptions: [uri] });
  say({ honored: subscription.honoredFilter });
}
appendFileSync(file, "more");
appendFileSync(file + Date.now() + ".txt", "new");
while (heard.size < 2) await new Promise((resolve) => { wake = resolve; });
say({ heard: [...heard].sort() });
const steps = [];
const onprogress = ({ progress }) => steps.push(progress);
const result = await client.callTool({ name: "test_tool_with_progress", arguments: {} }, { onprogress });
// This client forgets progress that comes in one piece with the result, so the last of it may be missing.
say({ steps: steps.every((step, index) => step === index + 1), failed: result.isError ?? false });
if (subscription) {
  await subscription.close();
  say({ closed: await subscription.closed });
}
await client.close();

// A program of its own, no part of the server: runs one script of a step. Input and output as in child.py.
"use strict";
const vm = require("node:vm");

const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk));
process.stdin.on("end", () => {
  const answer = run(JSON.parse(Buffer.concat(chunks).toString("utf8")));
  process.stdout.write(answer, () => process.exit(0));
});

// The files see nothing of this program: what goes in and out of their context are texts.
function run(job) {
  const context = vm.createContext(Object.create(null), {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: "afterEvaluate",
  });
  try {
    const input = JSON.stringify(JSON.stringify(job.context));
    vm.runInContext(`var context = JSON.parse(${input});`, context);
    for (const [name, text] of job.files) vm.runInContext(text, context, { filename: name });
    const said = vm.runInContext(
      "typeof result === 'undefined' ? undefined : JSON.stringify(result)",
      context,
    );
    return typeof said === "string" ? `{"result":${said}}` : "{}";
  } catch (error) {
    return JSON.stringify({ error: kind(error), line: line(error, job.files) });
  }
}

function kind(error) {
  try {
    return `${error.name || "Error"}`.slice(0, 100);
  } catch {
    return "Error";
  }
}

function line(error, files) {
  try {
    const stack = `${error.stack}`.slice(0, 10000);
    for (const [name] of files.slice().reverse()) {
      const at = stack.indexOf(`${name}:`);
      if (at >= 0) return parseInt(stack.slice(at + name.length + 1), 10) || 0;
    }
  } catch {}
  return 0;
}

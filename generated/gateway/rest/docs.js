// Shows openapi.json. Text of the document becomes text nodes only, never markup.
"use strict";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
let api = {};

function element(name, properties, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key === "class") node.className = value;
    else node[key] = value;
  }
  node.append(...children.filter((child) => child !== null && child !== undefined).map((child) =>
    child instanceof Node ? child : document.createTextNode(String(child))));
  return node;
}

function resolved(value) {
  for (let depth = 0; depth < 20 && value && typeof value.$ref === "string"; depth += 1) {
    let target = api;
    for (const part of value.$ref.replace(/^#\//, "").split("/")) {
      const key = decodeURIComponent(part).replace(/~1/g, "/").replace(/~0/g, "~");
      target = target && Object.hasOwn(target, key) ? target[key] : undefined;
    }
    value = target;
  }
  return value || {};
}

function typeName(schema, depth = 0) {
  if (schema === true || !schema || depth > 6) return "any";
  if (typeof schema.$ref === "string") return schema.$ref.split("/").pop();
  const choices = schema.anyOf || schema.oneOf;
  if (choices) return choices.map((item) => typeName(item, depth + 1)).join(" | ");
  if (schema.enum) return schema.enum.map((item) => JSON.stringify(item)).join(" | ");
  if (schema.type === "array") return `array of ${typeName(schema.items, depth + 1)}`;
  const type = Array.isArray(schema.type) ? schema.type.join(" | ") : schema.type;
  return (type || "any") + (schema.format ? ` (${schema.format})` : "");
}

function sample(schema, depth = 0) {
  const real = resolved(schema);
  for (const key of ["example", "default", "const"]) if (Object.hasOwn(real, key)) return real[key];
  if (Array.isArray(real.examples) && real.examples.length) return real.examples[0];
  if (real.enum) return real.enum[0];
  const choice = real.anyOf || real.oneOf || real.allOf;
  if (choice && choice.length && depth < 6) return sample(choice[0], depth + 1);
  const type = Array.isArray(real.type) ? real.type[0] : real.type;
  if (type === "array") return depth < 6 && real.items ? [sample(real.items, depth + 1)] : [];
  if (type === "object" || real.properties) {
    const required = new Set(real.required || []);
    const all = Object.entries(real.properties || {});
    const shown = required.size ? all.filter(([name]) => required.has(name)) : all.slice(0, 3);
    return depth < 6 ? Object.fromEntries(shown.map(([name, item]) => [name, sample(item, depth + 1)])) : {};
  }
  return { integer: 0, number: 0, boolean: false, null: null }[type] ?? "";
}

function exampleOf(media) {
  if (Object.hasOwn(media, "example")) return media.example;
  for (const item of Object.values(media.examples || {})) {
    const real = resolved(item);
    if (Object.hasOwn(real, "value")) return real.value;
  }
  return sample(media.schema);
}

function pretty(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function table(heads, rows) {
  return element("table", {},
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", {}, head)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, cell))))));
}

function schemaView(schema) {
  const real = resolved(schema);
  const box = element("div", {}, element("p", {}, element("code", {}, typeName(schema))));
  if (real.description) box.append(element("p", { class: "soft" }, real.description));
  const required = new Set(real.required || []);
  const rows = Object.entries(real.properties || {}).map(([name, item]) =>
    [element("code", {}, name + (required.has(name) ? " *" : "")), element("code", {}, typeName(item)),
      resolved(item).description || ""]);
  if (rows.length) box.append(table(["property", "type", ""], rows));
  return box;
}

function tryForm(path, method, operation, parameters) {
  const inputs = parameters.filter((item) => item.in !== "cookie").map((item) => {
    const schema = resolved(item.schema);
    const field = schema.enum
      ? element("select", {}, ...["", ...schema.enum].map((value) => element("option", { value }, value)))
      : element("input", { type: "text" });
    const start = item.example ?? schema.example ?? schema.default;
    if (item.required && start !== undefined) field.value = String(start);
    return { item, field };
  });
  const content = Object.entries(resolved(operation.requestBody).content || {});
  const kind = element("select", {}, ...content.map(([name]) => element("option", { value: name }, name)));
  const text = element("textarea", { spellcheck: false });
  const file = element("input", { type: "file" });
  const isText = () => /json|text|urlencoded/.test(kind.value);
  const show = () => {
    text.hidden = !isText();
    file.hidden = isText();
    const media = content.find(([name]) => name === kind.value);
    if (media && isText()) text.value = pretty(exampleOf(media[1]));
  };
  kind.addEventListener("change", show);
  if (content.length) show();
  const reply = element("div", { "ariaLive": "polite" });
  const form = element("form", {}, element("h3", {}, "Try it"),
    inputs.length ? table(["parameter", "value"], inputs.map(({ item, field }) =>
      [element("code", {}, `${item.name}${item.required ? " *" : ""}`), field])) : null,
    ...(content.length ? [kind, text, file] : []),
    element("p", {}, element("button", { type: "submit" }, "Send")), reply);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = content.length ? (isText() ? text.value : file.files[0]) : undefined;
    send(path, method, inputs, body, content.length ? kind.value : "", reply);
  });
  return form;
}

async function send(path, method, inputs, body, type, reply) {
  const headers = type ? { "Content-Type": type } : {};
  const query = new URLSearchParams();
  let target = path;
  for (const { item, field } of inputs) {
    if (field.value === "" && item.in !== "path") continue;
    if (item.in === "path") target = target.replace(`{${item.name}}`, () => encodeURIComponent(field.value));
    else if (item.in === "query") query.append(item.name, field.value);
    else headers[item.name] = field.value;
  }
  const url = `.${target}${query.size ? `?${query}` : ""}`;
  reply.replaceChildren(element("p", {}, "…"));
  try {
    const answer = await fetch(url, { method: method.toUpperCase(), headers, body, credentials: "omit" });
    await showReply(answer, reply);
  } catch (error) {
    reply.replaceChildren(element("p", {}, `No answer: ${error.message}`));
  }
}

async function showReply(answer, reply) {
  const type = answer.headers.get("content-type") || "";
  const head = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  reply.replaceChildren(element("h3", {}, `${answer.status} ${answer.statusText}`), element("pre", {}, head));
  if (/^(image|audio|video)\//.test(type) && !type.startsWith("image/svg")) {
    const source = URL.createObjectURL(await answer.blob());
    const name = type.startsWith("image/") ? "img" : type.startsWith("audio/") ? "audio" : "video";
    reply.append(element(name, { src: source, controls: true }));
    return;
  }
  let body = await answer.text();
  try { body = JSON.stringify(JSON.parse(body), null, 2); } catch { /* not JSON: shown as it came */ }
  reply.append(element("pre", {}, body));
}

function operationView(path, method, operation, shared) {
  const parameters = [...shared, ...(operation.parameters || [])].map(resolved);
  const box = element("details", {}, element("summary", {},
    element("span", { class: "method" }, method.toUpperCase()),
    element("code", { class: operation.deprecated ? "old" : "" }, path), " ",
    element("span", { class: "soft" }, operation.summary || "")));
  if (operation.description) box.append(element("p", {}, operation.description));
  if (parameters.length) {
    box.append(element("h3", {}, "Parameters"), table(["name", "in", "type", ""], parameters.map((item) =>
      [element("code", {}, item.name + (item.required ? " *" : "")), item.in,
        element("code", {}, typeName(item.schema)), item.description || ""])));
  }
  const body = resolved(operation.requestBody);
  for (const [type, media] of Object.entries(body.content || {})) {
    box.append(element("h3", {}, `Body: ${type}${body.required ? " *" : ""}`), schemaView(media.schema));
  }
  for (const [status, raw] of Object.entries(operation.responses || {})) {
    const response = resolved(raw);
    const inner = element("details", {}, element("summary", {}, `${status} `,
      element("span", { class: "soft" }, response.description || "")));
    for (const [type, media] of Object.entries(response.content || {})) {
      inner.append(element("p", {}, element("code", {}, type)), schemaView(media.schema));
      if (media.example !== undefined || media.examples) inner.append(element("pre", {}, pretty(exampleOf(media))));
    }
    box.append(inner);
  }
  box.addEventListener("toggle", () => box.append(tryForm(path, method, operation, parameters)), { once: true });
  box.dataset.words = `${method} ${path} ${operation.operationId || ""} ${operation.summary || ""}`.toLowerCase();
  return box;
}

function show() {
  const info = api.info || {};
  document.title = info.title || "API";
  document.getElementById("title").textContent = info.title || "API";
  document.getElementById("about").textContent = info.description || "";
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths || {})) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = (item[method].tags || [""])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operationView(path, method, item[method], item.parameters || []));
    }
  }
  const main = document.getElementById("operations");
  main.replaceChildren();
  for (const [tag, views] of groups) main.append(element("h2", {}, tag || "Operations"), ...views);
  const schemas = Object.entries((api.components || {}).schemas || {});
  if (schemas.length) {
    document.getElementById("schemas").append(element("h2", {}, "Schemas"), ...schemas.map(([name, schema]) =>
      element("details", {}, element("summary", {}, element("code", {}, name)), schemaView(schema))));
  }
  document.getElementById("find").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase();
    for (const box of main.querySelectorAll(":scope > details")) box.hidden = !box.dataset.words.includes(words);
  });
}

fetch("openapi.json", { credentials: "omit" }).then((answer) => answer.json()).then((document) => {
  api = document;
  show();
}).catch((error) => {
  document.getElementById("state").textContent = `openapi.json cannot be read: ${error.message}`;
});

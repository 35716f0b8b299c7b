// Shows openapi.json as a readable page; texts only ever become text nodes.
const root = document.getElementById("api");

function make(tag, ...children) {
  const element = document.createElement(tag);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function resolve(schema, spec) {
  return schema?.$ref ? spec.components.schemas[schema.$ref.split("/").pop()] : schema ?? {};
}

function typeName(schema, spec) {
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map((one) => typeName(one, spec)).join(" | ");
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.type === "array") return `[${typeName(schema.items ?? schema.prefixItems?.[0] ?? {}, spec)}]`;
  return schema.type ?? "any";
}

function bounds(schema) {
  const named = { minimum: "≥", maximum: "≤", minLength: "length ≥", maxLength: "length ≤", default: "default" };
  return Object.entries(named).filter(([key]) => schema[key] !== undefined && schema[key] !== null)
    .map(([key, sign]) => `${sign} ${JSON.stringify(schema[key])}`).join(", ");
}

function row(name, required, schema, spec, text) {
  const type = make("td", make("code", typeName(schema, spec)), make("br"), bounds(schema));
  return make("tr", make("td", make("code", name), required ? " *" : ""), type, make("td", text ?? schema.description ?? ""));
}

function fields(schema, spec) {
  const whole = resolve(schema, spec);
  const rows = Object.entries(whole.properties ?? {})
    .map(([name, one]) => row(name, whole.required?.includes(name), one, spec));
  return rows.length ? make("table", make("tbody", ...rows)) : null;
}

function example(content) {
  return content?.example === undefined ? null : make("pre", JSON.stringify(content.example, null, 2));
}

function part(title, content, spec) {
  if (!content) return [];
  return [make("h3", title), fields(content.schema, spec), example(content)];
}

function operation(path, method, it, spec) {
  const parameters = (it.parameters ?? []).map((one) => row(`${one.name} (${one.in})`, one.required, one.schema, spec, one.description));
  const faults = Object.entries(it.responses).filter(([code]) => code >= "400").map(([code, one]) => `${code} ${one.description}`);
  return make("section",
    make("h2", make("b", method.toUpperCase()), path), make("p", it.description ?? it.summary ?? ""),
    ...(parameters.length ? [make("h3", "Parameters"), make("table", make("tbody", ...parameters))] : []),
    ...part("Request", it.requestBody?.content?.["application/json"], spec),
    ...part("Response", it.responses["200"]?.content?.["application/json"], spec),
    ...(faults.length ? [make("h3", "Errors"), make("p", faults.join("; "))] : []));
}

const spec = await (await fetch("openapi.json")).json();
root.append(make("h1", `${spec.info.title} ${spec.info.version}`), make("p", spec.info.description ?? ""));
for (const [path, methods] of Object.entries(spec.paths)) {
  for (const [method, it] of Object.entries(methods)) root.append(operation(path, method, it, spec));
}
root.append(make("section", make("h2", "Schemas")));
for (const [name, schema] of Object.entries(spec.components.schemas)) {
  root.append(make("h3", name), make("p", schema.description ?? ""), fields(schema, spec) ?? make("p", typeName(schema, spec)));
}

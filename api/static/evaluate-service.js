// Requests to the service about test questions, with the key where it asks for one. The key stays in this tab.
const KEY = "jianghai-key";

function kept() {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return held;
  }
}

let held = "";

export function keep(key) {
  held = key;
  try {
    if (key) sessionStorage.setItem(KEY, key);
    else sessionStorage.removeItem(KEY);
  } catch { /* a browser that keeps nothing has it until the page is left */ }
}

export const hasKey = () => Boolean(kept());

// status 0: not reached; `near`: the nearest text to a quote that stands nowhere, null when the fault is another.
export class Refusal extends Error {
  constructor(status, code = "", message = "", details = []) {
    super(message);
    this.status = status;
    this.code = code;
    const detail = details.find((one) => one.field === "quote" && code === "invalid_request" && status === 422);
    this.near = detail && message.startsWith("found no ") ? detail.expected : null;
  }
}

// A header holds bytes: a key of other letters goes as its UTF-8, as the service compares it.
function header(key) {
  return `Bearer ${Array.from(new TextEncoder().encode(key), (byte) => String.fromCharCode(byte)).join("")}`;
}

async function sent(method, path, body) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  if (kept()) headers.Authorization = header(kept());
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refusal(0);
  }
  if (response.ok) return response;
  let fault = {};
  try {
    fault = (await response.json()).error;
  } catch { /* a proxy's own page says nothing that helps */ }
  throw new Refusal(response.status, fault.code, fault.message, fault.details ?? []);
}

export async function get(path, query = {}) {
  const text = new URLSearchParams(query).toString();
  return (await sent("GET", text ? `${path}?${text}` : path)).json();
}

export const post = async (path, body) => (await sent("POST", path, body)).json();
export const put = async (path, body) => (await sent("PUT", path, body)).json();
export const patch = async (path, body) => (await sent("PATCH", path, body)).json();
export const remove = (path) => sent("DELETE", path);

// A link could not carry the key, so what is downloaded is fetched first. Returns what TREC files had to leave out.
export async function download(form) {
  const response = await sent("GET", `v1/testing/export?form=${form}`);
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition"))?.[1] ?? form;
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  const number = (name) => Number(response.headers.get(name) ?? 0);
  return { unanswered: number("x-left-out-without-answer"), astray: number("x-quotes-not-found") };
}

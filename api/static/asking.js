// One question over HTTP, with its answer as a stream; every way in which that can fail has a kind of its own.
import { eventsOf } from "./events.js";

// kind: offline, busy, unready, refused, broken, internal; code: the service's own name of a refusal; until: when trying again may help, in milliseconds of the clock.
export class Fault extends Error {
  constructor(kind, message = "", until = null, code = "") {
    super(message);
    this.kind = kind;
    this.until = until;
    this.code = code;
  }
}

// Retry-After is a number of seconds or a date.
export function untilOf(header, now = Date.now()) {
  if (!header) return null;
  const until = /^\d+$/.test(header.trim()) ? now + 1000 * Number(header) : Date.parse(header);
  return Number.isFinite(until) ? until : null;
}

export async function faultOf(response) {
  const until = untilOf(response.headers.get("retry-after"));
  let message = "", code = "";
  try {
    ({ message = "", code = "" } = (await response.json()).error);
  } catch { /* a proxy's own page says nothing that helps */ }
  if (response.status === 429) return new Fault("busy", message, until ?? Date.now() + 10_000);
  if ([502, 503, 504].includes(response.status)) return new Fault("unready", message, until, code);
  return new Fault(response.status < 500 ? "refused" : "internal", message, null, code);
}

async function sent(request, signal) {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream, application/json" };
  const body = JSON.stringify({ ...request, stream: true });
  try {
    return await fetch("v1/ask", { method: "POST", headers, body, signal });
  } catch (fault) {
    throw signal.aborted ? fault : new Fault("offline");
  }
}

// Calls on.passages(list) and on.delta(text) as they come; returns the whole answer. An abort passes through as it is.
export async function ask(request, signal, on) {
  const response = await sent(request, signal);
  if (!response.ok) throw await faultOf(response);
  try {
    if (response.headers.get("content-type")?.includes("json")) return await response.json();
    for await (const { name, data } of eventsOf(response.body)) {
      if (name === "answer") return JSON.parse(data);
      if (name === "passages") on.passages(JSON.parse(data).passages);
      if (name === "delta") on.delta(JSON.parse(data).text);
      if (name === "error") throw new Fault("internal", JSON.parse(data).error?.message);
    }
  } catch (fault) {
    if (signal.aborted || fault instanceof Fault) throw fault;
  }
  throw new Fault("broken");
}

// Server-sent events from a response's body, which EventSource cannot read after a POST.
// Source: the HTML standard, "Server-sent events", interpreting an event stream.
export class EventParser {
  #rest = "";
  #afterReturn = false;
  #name = "";
  #data = [];

  // Takes the next piece of text, cut anywhere, and gives the events that it completes as {name, data}.
  feed(text) {
    if (!text) return [];
    // A line may end in CR LF with the piece's border between the two.
    this.#rest += this.#afterReturn && text[0] === "\n" ? text.slice(1) : text;
    this.#afterReturn = text.endsWith("\r");
    const lines = this.#rest.split(/\r\n|\r|\n/);
    this.#rest = lines.pop();
    return lines.map((line) => this.#line(line)).filter(Boolean);
  }

  #line(line) {
    if (!line) return this.#complete();
    const [, field, value] = /^([^:]*):? ?([^]*)$/.exec(line);
    if (field === "event") this.#name = value;
    if (field === "data") this.#data.push(value);
    return null;
  }

  #complete() {
    const event = this.#data.length ? { name: this.#name || "message", data: this.#data.join("\n") } : null;
    this.#name = "";
    this.#data = [];
    return event;
  }
}

// What an end without its blank line leaves over is no event.
export async function* eventsOf(body) {
  const reader = body.getReader(), decoder = new TextDecoder(), parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

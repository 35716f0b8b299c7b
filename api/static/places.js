// Places in texts, in code points as the API counts them, so texts are cut as arrays of code points.

// What Python's str.isspace() calls white space, by which the service tells text from layout; \s is another set.
const BLANK = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

// Returns the text as [{text, marked}], marked inside the spans, which are ascending and disjoint.
export function cut(text, spans) {
  const points = Array.from(text), parts = [];
  let end = 0;
  for (const [from, to] of spans) {
    parts.push({ text: points.slice(end, from).join(""), marked: false });
    parts.push({ text: points.slice(from, to).join(""), marked: true });
    end = to;
  }
  parts.push({ text: points.slice(end).join(""), marked: false });
  return parts.filter((part) => part.text);
}

// Returns where the stored spans `cited` stand in a passage's readable text. `quote` is the stored text of `spans`, and
// the n-th character of one that is not blank is that of the other. Null when the texts do not fit together.
export function citedPlaces(text, quote, spans, cited) {
  const offsets = spans.flatMap(([start, end]) => Array.from({ length: end - start }, (_, i) => start + i));
  const letters = Array.from(quote);
  if (letters.length !== offsets.length) return null;
  const solid = offsets.filter((_, i) => !BLANK.test(letters[i]));
  const shown = Array.from(text, (letter, at) => ({ letter, at })).filter(({ letter }) => !BLANK.test(letter));
  if (solid.length !== shown.length) return null;
  const places = [];
  let open = false;
  shown.forEach(({ at }, i) => {
    const inside = cited.some(([start, end]) => start <= solid[i] && solid[i] < end);
    if (inside && open) places.at(-1)[1] = at + 1;
    if (inside && !open) places.push([at, at + 1]);
    open = inside;
  });
  return places;
}
